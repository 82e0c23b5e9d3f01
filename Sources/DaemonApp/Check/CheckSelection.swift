package import Availability
package import ConfigurationFile

/// Which connectors are checked, each with the users that it is checked for.
package struct CheckSelection: Sendable {
    /// Why nothing can be chosen: what was asked for is not in the configuration.
    package enum Mistake: Error, Hashable, CustomStringConvertible {
        case unknownConnector(String, known: [String])
        case strangeUser(MailboxAddress)

        package var description: String {
            switch self {
            case .unknownConnector(let name, let known):
                "There is no connector “\(name)” in the configuration; there \(known.count == 1 ? "is" : "are") "
                    + "\(known.isEmpty ? "none" : known.joined(separator: ", "))."
            case .strangeUser(let address):
                "The user \(address) is not in the configuration; say with --connector through which connector to look."
            }
        }
    }

    /// A connector and the mailboxes to look at.
    struct Choice: Sendable {
        var options: ConnectorOptions
        var mailboxes: [MailboxAddress]
    }

    let choices: [Choice]

    /// - Parameters:
    ///   - connector: the only one to check, also where it is not enabled; `nil` for all that are.
    ///   - user: the only one to check for, also where he is not enabled, or with `connector` not in the file; `nil` for
    ///     all that are enabled and stand in the file.
    package init(
        of configuration: Configuration,
        connector: String?,
        user: MailboxAddress?
    ) throws(Mistake) {
        var connectors = configuration.connectors.filter { $0.isEnabled || $0.name == connector }
        if let connector {
            connectors.removeAll { $0.name != connector }
            guard !connectors.isEmpty else {
                throw .unknownConnector(connector, known: configuration.connectors.map(\.name))
            }
        }
        guard let user else {
            choices = connectors.map { options in
                let users = configuration.users.filter { $0.isEnabled && $0.connector == options.name }
                return Choice(options: options, mailboxes: users.map(\.address))
            }
            return
        }
        let own = connector ?? configuration.users.first { $0.address == user }?.connector
        // Where there is one, it is clear.
        guard let name = own ?? (connectors.count == 1 ? connectors[0].name : nil) else { throw .strangeUser(user) }
        choices = configuration.connectors.filter { $0.name == name }.map { Choice(options: $0, mailboxes: [user]) }
    }

    /// How many users are looked at in all.
    package var userCount: Int { choices.reduce(0) { $0 + $1.mailboxes.count } }
}
