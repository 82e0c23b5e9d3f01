/// The keys of a table that say where a secret is kept: one of two, and never the secret itself.
struct SecretKeys<Key: TableKey & Sendable>: Sendable {
    let file: Key
    let credential: Key
    /// The key that somebody might write the secret behind, which is refused; `nil` for what is no text.
    var itself: Key?

    /// Whether something is said of where it is.
    func isGiven(in reader: TableReader<Key>) -> Bool { !reader.isIdle(file) || !reader.isIdle(credential) }

    /// - Parameters:
    ///   - isRequired: whether it is a mistake that neither is there.
    ///   - check: has the last word on a secret that is kept in the right way.
    func read(
        _ reader: TableReader<Key>,
        _ environment: ConfigurationEnvironment,
        isRequired: Bool = true,
        check: (PasswordSource) throws(Objection) -> Void
    ) -> PasswordSource? {
        let fromFile = reader.text(file) { (path) throws(Objection) in
            let source = PasswordSource.file(try environment.secretFile(path))
            try check(source)
            return source
        }
        let fromCredential = reader.text(credential) { (name) throws(Objection) in
            let source = PasswordSource.credential(try Self.credentialName(name))
            try check(source)
            return source
        }
        if let itself, reader.has(itself) {
            reader.mistakes.note(
                "\(itself.rawValue): secrets do not belong in this file; write it into a file of its own with mode 600 "
                    + "and name that with \(file.rawValue), or use \(credential.rawValue)",
                at: reader.place(of: itself)
            )
            return nil
        }
        switch (reader.has(file), reader.has(credential)) {
        case (false, false):
            if isRequired { reader.requireOne(of: [file, credential]) }
            return nil
        case (true, true):
            let places = [reader.place(of: file), reader.place(of: credential)]
            reader.mistakes.note(
                "\(file.rawValue) and \(credential.rawValue) are both given; leave out one of the two",
                at: places.max() ?? reader.place
            )
            return nil
        default: return (fromFile ?? fromCredential)?.value
        }
    }

    /// systemd takes file names of up to 255 bytes (systemd.exec(5)).
    private static func credentialName(_ text: String) throws(Objection) -> String {
        let isFileName = text.unicodeScalars.allSatisfy { ("!"..."~").contains($0) && $0 != "/" && $0 != ":" }
        guard isFileName, (1...255).contains(text.utf8.count), text != ".", text != ".." else {
            throw Objection("\"\(text)\" is no name of a credential")
        }
        return text
    }
}

extension SecretKeys {
    /// - Parameter form: what must be kept there.
    func read(
        _ reader: TableReader<Key>,
        _ environment: ConfigurationEnvironment,
        as form: SecretForm,
        isRequired: Bool
    ) -> PasswordSource? {
        read(reader, environment, isRequired: isRequired) { (source) throws(Objection) in
            try form.check(source, environment)
        }
    }
}

extension SecretKeys<ConnectorKey> {
    static let password = SecretKeys(file: .passwordFile, credential: .passwordCredential, itself: .password)
    static let keytab = SecretKeys(file: .keytabFile, credential: .keytabCredential)
    static let clientSecret = SecretKeys(
        file: .clientSecretFile,
        credential: .clientSecretCredential,
        itself: .clientSecret
    )
    static let clientPrivateKey = SecretKeys(file: .clientPrivateKeyFile, credential: .clientPrivateKeyCredential)
}

extension SecretKeys<HookKey> {
    static let password = SecretKeys(file: .passwordFile, credential: .passwordCredential, itself: .password)
    static let secret = SecretKeys(file: .secretFile, credential: .secretCredential, itself: .secret)
    static let previousSecret = SecretKeys(
        file: .previousSecretFile,
        credential: .previousSecretCredential,
        itself: .previousSecret
    )
}
