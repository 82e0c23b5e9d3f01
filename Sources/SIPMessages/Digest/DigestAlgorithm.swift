import COpenSSL

/// How a password is proven without showing it (RFC 7616, 3.2; RFC 8760 for SIP).
package enum DigestAlgorithm: String, CaseIterable, Hashable, Sendable {
    // From the weakest to the strongest.
    case md5 = "MD5"
    case md5Session = "MD5-sess"
    case sha256 = "SHA-256"
    case sha256Session = "SHA-256-sess"

    /// Names are the same in any case.
    init?(name: String) {
        guard let algorithm = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            return nil
        }
        self = algorithm
    }

    var strength: Int { self == .md5 || self == .md5Session ? 0 : 1 }

    /// Whether a session key is made of the first nonce.
    var hasSession: Bool { self == .md5Session || self == .sha256Session }

    /// The digest in lower-case hexadecimal; `nil` where OpenSSL does not offer it, as MD5 where it keeps to FIPS 140.
    func hex(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let kind = strength == 0 ? EVP_md5() : EVP_sha256()
        guard EVP_Digest(bytes, bytes.count, &digest, &count, kind, nil) == 1 else {
            ERR_clear_error()
            return nil
        }
        return Hexadecimal.text(digest.prefix(Int(count)))
    }
}

/// Bytes as two digits each, in lower case.
enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
