/// What a client of the Asterisk Manager Interface asks for
/// (<https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/>).
package struct ManagerAction: Hashable, Sendable {
    /// Without the ActionID, which each sending gets.
    package let fields: [AsteriskMessage.Field]

    private init(_ name: String, _ fields: [(String, String)] = []) {
        self.fields = ([("Action", name)] + fields).map { AsteriskMessage.Field($0.0, $0.1) }
    }

    /// Asks for the text that ``login(username:challenge:secret:)`` needs.
    package static let challenge = ManagerAction("Challenge", [("AuthType", "MD5")])

    /// Logs in with the secret itself, which everybody on the way can read unless there is TLS. No events are wanted.
    package static func login(username: String, secret: String) -> ManagerAction {
        ManagerAction("Login", [("Username", username), ("Secret", secret), ("Events", "off")])
    }

    /// Logs in with proof of the secret. No events are wanted.
    ///
    /// - Returns: `nil` where this machine's OpenSSL has no MD5.
    package static func login(username: String, challenge: String, secret: String) -> ManagerAction? {
        guard let key = ChallengeKey.text(challenge: challenge, secret: secret) else { return nil }
        return ManagerAction(
            "Login",
            [("AuthType", "MD5"), ("Username", username), ("Key", key), ("Events", "off")]
        )
    }

    /// Sets a global variable or, with parentheses in its name, what a dialplan function gives.
    package static func setvar(_ variable: String, to value: String) -> ManagerAction {
        ManagerAction("Setvar", [("Variable", variable), ("Value", value)])
    }

    /// Asks for a sign of life.
    package static let ping = ManagerAction("Ping")

    /// Takes leave.
    package static let logoff = ManagerAction("Logoff")

    /// - Parameter id: comes back with the answer, as `ActionID`.
    package func message(id: String) -> AsteriskMessage {
        AsteriskMessage(fields.prefix(1) + [AsteriskMessage.Field("ActionID", id)] + fields.dropFirst())
    }
}
