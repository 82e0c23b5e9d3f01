/// Kerberos tickets as proofs of who asks (RFC 4559).
