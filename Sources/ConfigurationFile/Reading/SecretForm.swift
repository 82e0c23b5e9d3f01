internal import Foundation

/// What kind of secret is kept in a file or credential, which shows in what it holds. No message repeats any of that.
enum SecretForm {
    /// One line of text.
    case password
    case clientSecret
    /// Keys of Kerberos (https://web.mit.edu/kerberos/krb5-latest/doc/formats/keytab_file_format.html).
    case keytab
    /// PEM (RFC 7468), not encrypted: nobody is there to type a passphrase.
    case privateKey
    /// What signs webhooks.
    case signingKey

    /// How much of a file is looked at, in bytes.
    static let looked = 65_536

    /// Throws where what is kept there is of another form, or cannot be read. Where that cannot be known from here it
    /// passes.
    func check(_ source: PasswordSource, _ environment: ConfigurationEnvironment) throws(Objection) {
        switch self {
        case .password:
            if let flaw = environment.passwordFlaw(source) { throw flaw.objection }
        case .clientSecret:
            if let flaw = environment.passwordFlaw(source) {
                throw Objection("the client secret in the \(source) \(flaw.seen)")
            }
        case .keytab:
            // The first byte is always 5, the second the version of the format.
            let isKeytab = try content("keytab", source, environment).map { [[5, 1], [5, 2]].contains($0.prefix(2)) }
            guard isKeytab != false else {
                throw Objection("what is in the \(source) is no keytab; make one with ktutil or ktpass")
            }
        case .privateKey:
            guard let bytes = try content("private key", source, environment) else { return }
            let text = String(decoding: bytes, as: UTF8.self)
            guard !text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"), !text.contains("Proc-Type: 4,ENCRYPTED")
            else {
                throw Objection("the private key in the \(source) is encrypted; take that off with `openssl pkey`")
            }
            // `PRIVATE KEY`, or of one kind alone: `RSA PRIVATE KEY`.
            guard text.contains("-----BEGIN "), text.contains("PRIVATE KEY-----") else {
                throw Objection("what is in the \(source) is no private key in PEM")
            }
        case .signingKey:
            guard let bytes = try content("signing key", source, environment) else { return }
            let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            guard SigningKeyText.key(String(decoding: line, as: UTF8.self)) != nil else {
                throw SigningKeyError(source, .malformed).objection
            }
        }
    }

    private func content(
        _ name: String,
        _ source: PasswordSource,
        _ environment: ConfigurationEnvironment
    ) throws(Objection) -> [UInt8]? {
        do throws(PasswordError) {
            return try environment.secret(source)
        } catch {
            throw Objection("the \(name) in the \(source) \(error.seen)")
        }
    }
}

extension PasswordSource {
    /// The first bytes of a secret that need not be a line of text, such as a keytab.
    /// - Parameter credentialsDirectory: what `$CREDENTIALS_DIRECTORY` says, if anything.
    func firstBytes(credentialsDirectory: String?) throws(PasswordError) -> [UInt8] {
        let path = try path(credentialsDirectory: credentialsDirectory)
        guard let bytes = ConfigurationEnvironment.readRealFile(path, SecretForm.looked) else {
            throw PasswordError(self, .unreadable)
        }
        return bytes
    }
}

extension ConfigurationEnvironment {
    /// The absolute path of a file with a certificate in PEM.
    func certificate(_ path: String) throws(Objection) -> String {
        try certificate(path, otherwise: "from a .pfx make one with `openssl pkcs12 -nokeys`")
    }

    /// The absolute path of a file with certificates of authorities in PEM.
    func authorities(_ path: String) throws(Objection) -> String {
        try certificate(path, otherwise: "from a .cer make one with `openssl x509 -inform DER`")
    }

    private func certificate(_ path: String, otherwise advice: String) throws(Objection) -> String {
        let path = try file(path)
        guard let bytes = readFile(path, SecretForm.looked) else { return path }
        guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
            throw Objection("\"\(path)\" holds no certificate in PEM; \(advice)")
        }
        return path
    }
}
