import COpenSSL
package import Foundation

/// A certificate and the RSA key that belongs to it, with which an application signs what it says.
///
/// Two with the same certificate are the same: it has but one key. Prints as the certificate's thumbprint.
package final class SigningIdentity: Sendable {
    /// The largest PEM file that is read, in bytes: a chain of some certificates has room.
    package static let largest = 65_536

    /// SHA-256 of the certificate's DER form.
    package let thumbprint: [UInt8]
    /// SHA-1 of it, which names the certificate and vouches for nothing.
    let olderThumbprint: [UInt8]
    /// When the certificate begins and ends to hold.
    package let validity: ClosedRange<Date>
    /// Signing reads it and changes nothing of it, so that several may at once (openssl-threads(7)).
    nonisolated(unsafe) private let key: OpaquePointer

    /// - Parameters:
    ///   - certificate: PEM; of several, the first.
    ///   - privateKey: PEM, without a passphrase.
    package init(certificate: [UInt8], privateKey: [UInt8]) throws(SigningIdentityError) {
        let parsed = try Self.certificate(in: certificate)
        defer { X509_free(parsed) }
        thumbprint = try Self.thumbprint(of: parsed, EVP_sha256())
        olderThumbprint = try Self.thumbprint(of: parsed, EVP_sha1())
        validity = try Self.validity(of: parsed)
        let key = try Self.key(in: privateKey)
        guard X509_check_private_key(parsed, key) == 1 else {
            EVP_PKEY_free(key)
            ERR_clear_error()
            throw .keyOfAnother
        }
        self.key = key
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// - Throws: where the certificate does not hold at this time; the authority would refuse it.
    func checkDates(at now: Date) throws(SigningIdentityError) {
        if now < validity.lowerBound { throw .notYetValid(from: validity.lowerBound) }
        if now > validity.upperBound { throw .expired(at: validity.upperBound) }
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 (`RS256`, <https://www.rfc-editor.org/rfc/rfc7518#section-3.3>).
    func signature(of message: [UInt8]) throws(SigningIdentityError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .notSigned }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var count = 0
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, nil, &count, message, message.count) == 1
        else { throw .notSigned }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { throw .notSigned }
        return Array(signature.prefix(count))
    }
}

extension SigningIdentity: Hashable, CustomStringConvertible {
    package static func == (one: SigningIdentity, other: SigningIdentity) -> Bool {
        one.thumbprint == other.thumbprint
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(thumbprint) }

    package var description: String { "certificate \(Base64URL.encoded(thumbprint))" }
}

extension SigningIdentity {
    private static func certificate(in pem: [UInt8]) throws(SigningIdentityError) -> OpaquePointer {
        let certificate = reading(pem) { PEM_read_bio_X509($0, nil, refusePassphrase, nil) }
        guard let certificate else { throw .noCertificate }
        return certificate
    }

    private static func thumbprint(
        of certificate: OpaquePointer,
        _ digestKind: OpaquePointer?
    ) throws(SigningIdentityError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard X509_digest(certificate, digestKind, &digest, &count) == 1 else { throw .noCertificate }
        return Array(digest.prefix(Int(count)))
    }

    private static func validity(of certificate: OpaquePointer) throws(SigningIdentityError) -> ClosedRange<Date> {
        guard let start = date(X509_get0_notBefore(certificate)), let end = date(X509_get0_notAfter(certificate)),
            start <= end
        else { throw .noCertificate }
        return start...end
    }

    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date? {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Date(timeIntervalSince1970: Double(timegm(&parts)))
    }

    private static func key(in pem: [UInt8]) throws(SigningIdentityError) -> OpaquePointer {
        var wantsPassphrase = false
        let key = reading(pem) { PEM_read_bio_PrivateKey($0, nil, refusePassphrase, &wantsPassphrase) }
        guard let key else { throw wantsPassphrase ? .encryptedKey : .noKey }
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
            EVP_PKEY_free(key)
            throw .notRSA
        }
        return key
    }

    /// Hands text over to one of OpenSSL's readers.
    private static func reading(_ pem: [UInt8], _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        guard !pem.isEmpty, pem.count <= largest else { return nil }
        return pem.withUnsafeBytes { bytes in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer {
                BIO_free(source)
                ERR_clear_error()
            }
            return read(source)
        }
    }
}

/// Notes that a passphrase was wanted, and gives none: without this, OpenSSL would ask on the terminal.
private func refusePassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ size: Int32,
    _ isForWriting: Int32,
    _ note: UnsafeMutableRawPointer?
) -> Int32 {
    note?.assumingMemoryBound(to: Bool.self).pointee = true
    return -1
}
