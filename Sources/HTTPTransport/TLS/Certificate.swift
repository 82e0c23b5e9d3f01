import COpenSSL
import Foundation

/// Owns a reference to one of OpenSSL's certificates, and reads it. Whoever made it may have written anything into it:
/// texts are bounded, of one line and printable.
///
/// What can not be read leaves no error in OpenSSL's queue: libcurl, from within which this is called, takes the first error
/// there for the reason why a connection failed.
final class Certificate {
    private let handle: OpaquePointer

    /// Shares a certificate that somebody else owns too.
    init?(sharing handle: OpaquePointer?) {
        guard let handle, X509_up_ref(handle) == 1 else { return nil }
        self.handle = handle
    }

    /// The first certificate in `pem`.
    init?(pem: some StringProtocol) {
        // The BIO does not copy, so it is read while the bytes are there.
        let handle = Array(pem.utf8).withUnsafeBytes { bytes -> OpaquePointer? in
            ERR_set_mark()
            defer { ERR_pop_to_mark() }
            let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            defer { BIO_free(bio) }
            return PEM_read_bio_X509(bio, nil, nil, nil)
        }
        guard let handle else { return nil }
        self.handle = handle
    }

    deinit {
        X509_free(handle)
    }

    var facts: CertificateFacts {
        ERR_set_mark()
        defer { ERR_pop_to_mark() }
        return CertificateFacts(
            subject: Self.text(of: X509_get_subject_name(handle)),
            issuer: Self.text(of: X509_get_issuer_name(handle)),
            names: names,
            notBefore: Self.date(X509_get0_notBefore(handle)),
            notAfter: Self.date(X509_get0_notAfter(handle)),
            publicKey: publicKey
        )
    }

    /// The SHA-256 of the key's DER form, written as libcurl compares it (CURLOPT_PINNEDPUBLICKEY(3)).
    private var publicKey: String? {
        var der: UnsafeMutablePointer<UInt8>?
        let length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(handle), &der)
        guard length > 0, let der else { return nil }
        defer { CRYPTO_free(der, #file, #line) }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_Digest(der, Int(length), &digest, nil, EVP_sha256(), nil) == 1 else { return nil }
        return "sha256//" + Data(digest).base64EncodedString()
    }

    // MARK: Names

    /// `CN=mail.example.com, O=Example`, the narrowest part first.
    private static func text(of name: OpaquePointer?) -> String {
        guard let name, let bio = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(bio) }
        guard X509_NAME_print_ex(bio, name, 0, copenssl_name_format) >= 0 else { return "" }
        var contents: UnsafeMutablePointer<CChar>?
        let length = copenssl_bio_contents(bio, &contents)
        let text = String(decoding: UnsafeRawBufferPointer(start: contents, count: max(length, 0)), as: UTF8.self)
        return text.printable(atMost: 200)
    }

    private var names: [String] {
        let alternatives = alternativeNames
        guard alternatives.isEmpty else { return alternatives }
        let subject = X509_get_subject_name(handle)
        let place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard place >= 0, let entry = X509_NAME_get_entry(subject, place) else { return [] }
        return Self.name(X509_NAME_ENTRY_get_data(entry)).map { [$0] } ?? []
    }

    /// The host names and IP addresses; mail addresses and other kinds are left out.
    private var alternativeNames: [String] {
        guard let list = copenssl_alternative_names(handle) else { return [] }
        defer { GENERAL_NAMES_free(list) }
        let names = (0..<max(copenssl_name_count(list), 0)).lazy.compactMap { index -> String? in
            var kind: Int32 = 0
            let value = GENERAL_NAME_get0_value(copenssl_name_at(list, index), &kind)
            guard kind == GEN_DNS || kind == GEN_IPADD else { return nil }
            let text = value.map { UnsafePointer($0.assumingMemoryBound(to: ASN1_STRING.self)) }
            return kind == GEN_DNS ? Self.name(text) : Self.address(text)
        }
        return Array(names.prefix(20))
    }

    /// A host name; `nil` for what can not be one.
    private static func name(_ text: UnsafePointer<ASN1_STRING>?) -> String? {
        let bytes = bytes(of: text)
        guard (1...253).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func address(_ text: UnsafePointer<ASN1_STRING>?) -> String? {
        let bytes = bytes(of: text)
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var written = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &written, socklen_t(written.count)) != nil
        else { return nil }
        return String(decoding: written.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func bytes(of text: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let text, let start = ASN1_STRING_get0_data(text) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: Int(max(ASN1_STRING_length(text), 0))))
    }

    // MARK: Dates

    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date? {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Date(timeIntervalSince1970: Double(timegm(&parts)))
    }
}

extension String {
    /// On one line, without what can not be seen or turns the direction of writing; cut off behind `limit` characters.
    fileprivate func printable(atMost limit: Int) -> String {
        let line = unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: "?"
            default: Character(scalar)
            }
        }
        return line.count > limit ? String(line.prefix(limit)) + "…" : String(line)
    }
}
