/// Who a hook logs in as, and where the secret is that proves it.
struct HookLogin {
    let username: String
    let secret: PasswordSource

    /// - Parameter isRequired: whether it is a mistake that there is neither of the two.
    /// - Returns: `nil` where there is none, or where something is wrong or missing.
    init?(
        _ reader: TableReader<HookKey>,
        _ keys: SecretKeys<HookKey>,
        _ environment: ConfigurationEnvironment,
        isRequired: Bool
    ) {
        let isWanted = isRequired || !reader.isIdle(.username) || keys.isGiven(in: reader)
        if isWanted { reader.require(.username) }
        let username = reader.isIdle(.username) && !isWanted ? nil : reader.text(.username, Self.name)?.value
        let secret = keys.read(reader, environment, as: .password, isRequired: isWanted)
        guard let username, let secret else { return nil }
        self.username = username
        self.secret = secret
    }

    private static func name(_ text: String) throws(Objection) -> String {
        let hasControl = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard (1...128).contains(text.utf8.count), !hasControl else {
            throw Objection("expected a user name of up to 128 bytes")
        }
        return text
    }
}
