package import Availability
package import Foundation

/// The configuration of the daemon: plain values, complete and consistent, with defaults where the file is silent.
package struct Configuration: Hashable, Sendable {
    package var service: ServiceOptions
    package var http: HTTPOptions
    package var scan: ScanOptions
    /// In the order of the file; names are unique. May be empty.
    package var connectors: [ConnectorOptions]
    /// In the order of the file, followed by those of the users file in its order; addresses and extensions are unique,
    /// and each user's connector exists.
    package var users: [User]
    /// The users who name their connector themselves; they stay with it, wherever their mailboxes are.
    package var settled: Set<MailboxAddress> = []
    /// In the order of the file; addresses are unique, and each group's connector exists.
    package var userGroups: [UserGroup]
    /// The seconds from one reading of the groups' members to the next; one minute to 7 days.
    package var groupRefresh: TimeInterval
    package var presence: PresenceRules
    /// In the order of the file; names are unique.
    package var hooks: [HookOptions]
    /// What of the users file is left out since it is wrong, sorted by place. The rest of the configuration holds all
    /// the same.
    package var warnings: [ConfigurationMistake]

    /// The largest file, in bytes.
    package static let largest = 1_048_576

    /// Reads and checks a file and the users file it names. Throws all mistakes at once.
    package static func load(
        path: String,
        environment: ConfigurationEnvironment = .system
    ) throws(ConfigurationErrors) -> Configuration {
        // One byte more than is allowed shows that the file is too large.
        guard let bytes = ConfigurationEnvironment.readRealFile(path, largest + 1) else {
            let seen =
                environment.fileState(path) == .missing
                ? "there is no such file; name another with --config, or begin with config.example.toml"
                : "the file cannot be read with the rights of this user"
            throw ConfigurationErrors([ConfigurationMistake(file: path, line: 1, column: 1, message: seen)])
        }
        return try parse(bytes, file: path, environment: environment)
    }

    /// Checks the text of a file.
    /// - Parameter file: how messages name it, and where paths start that are relative to it.
    package static func parse(
        text: String,
        file: String,
        environment: ConfigurationEnvironment
    ) throws(ConfigurationErrors) -> Configuration {
        try parse(Array(text.utf8), file: file, environment: environment)
    }

    /// Checks the bytes of a file, whatever they are.
    package static func parse(
        _ bytes: [UInt8],
        file: String,
        environment: ConfigurationEnvironment
    ) throws(ConfigurationErrors) -> Configuration {
        let mistakes = MistakeList(file: file)
        let root: TOMLTable
        do throws(TOMLSyntaxError) {
            root = try TOMLTable.parse(bytes)
        } catch {
            mistakes.note(error.why, at: error.place)
            root = TOMLTable(place: .start)
        }
        let configuration = Configuration(
            TableReader<RootKey>(root, mistakes: mistakes),
            environment: environment,
            mistakes: mistakes
        )
        try mistakes.throwIfAny(followedBy: configuration.warnings)
        return configuration
    }
}
