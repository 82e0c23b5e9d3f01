package import Foundation

/// Whom an answer came from.
package struct PeerReport: Hashable, Sendable {
    /// The IP address, version 6 without brackets.
    package var address: String
    /// Such as `TLSv1.3`; `nil` without TLS.
    package var tlsVersion: String?
    /// As the server sent them, its own first, at most 10; empty without TLS.
    package var certificates: [CertificateFacts]

    package init(address: String, tlsVersion: String? = nil, certificates: [CertificateFacts] = []) {
        self.address = address
        self.tlsVersion = tlsVersion
        self.certificates = certificates
    }
}

/// What a certificate says. Texts come from outside and are bounded, one line each.
package struct CertificateFacts: Hashable, Sendable {
    /// As in `CN=mail.example.com, O=Example`.
    package var subject: String
    package var issuer: String
    /// Host names and IP addresses it is for, at most 20; the common name where it has none, as libcurl has it too.
    package var names: [String]
    package var notBefore: Date?
    package var notAfter: Date?
    /// Its public key, in the form of ``TrustOptions/pinnedPublicKey``.
    package var publicKey: String?

    package init(
        subject: String,
        issuer: String,
        names: [String] = [],
        notBefore: Date? = nil,
        notAfter: Date? = nil,
        publicKey: String? = nil
    ) {
        self.subject = subject
        self.issuer = issuer
        self.names = names
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.publicKey = publicKey
    }
}
