/// The keys of `[[http.tokens]]`.
enum TokenKey: String, TableKey {
    case name
    case token
    case tokenFile = "token_file"
    case tokenCredential = "token_credential"
    case access

    static let table = "[[http.tokens]]"
}

extension TokenOptions {
    /// All tokens of the file that are right. Names are each given once, and no two tokens are the same: with which right
    /// somebody came would depend on their order.
    static func all(
        _ readers: [TableReader<TokenKey>],
        environment: ConfigurationEnvironment
    ) -> [TokenOptions] {
        var names = UniqueTexts()
        var places: [String: Place] = [:]
        let keys = SecretKeys(file: TokenKey.tokenFile, credential: .tokenCredential, itself: .token)
        return readers.compactMap { reader in
            reader.require(.name)
            let name = reader.text(.name, Name.checked)
            if let name { names.add(name, of: .name, in: reader) }
            let access: Access? = reader.has(.access) ? reader.choice(.access) : .read
            let source = keys.read(reader, environment) { (source) throws(Objection) in
                let token: String?
                do throws(TokenError) {
                    token = try environment.token(source)
                } catch {
                    throw error.objection
                }
                guard let token else { return }
                if let first = places[token] {
                    throw Objection("the token in the \(source) is the same as that of line \(first.line)")
                }
                places[token] = reader.place
            }
            guard let name, let access, let source else { return nil }
            return TokenOptions(name: name.value, source: source, access: access)
        }
    }
}
