/// What `check-config --dry-run` finds: what a configuration would change at the moment at which it is loaded.
package struct DryRunReport: Codable, Hashable, Sendable {
    /// How many users were compared: enabled ones that are stored and stay.
    package var compared: Int
    /// Those whose presence would change by the rules, by address.
    package var changes: [RuleChange]
    /// Addresses of users that would be read and are not.
    package var added: [String]
    /// Addresses of users that are read and would not be: no longer configured, or switched off by the file.
    package var removed: [String]

    package init(compared: Int, changes: [RuleChange], added: [String], removed: [String]) {
        self.compared = compared
        self.changes = changes
        self.added = added
        self.removed = removed
    }
}

/// A user whose presence other rules would change.
package struct RuleChange: Codable, Hashable, Sendable {
    package var address: String
    @OrNull package var phoneExtension: String?
    /// What is shown: `available`, `meeting`, `away` or `unknown`.
    package var presence: String
    /// What would be shown.
    package var newPresence: String
    /// `appointment`, `automatic_reply`, `override`, `none` or `no_data`.
    package var newReason: String
    /// What there is at the moment, for a person.
    package var cause: String

    package init(
        address: String,
        phoneExtension: String?,
        presence: String,
        newPresence: String,
        newReason: String,
        cause: String
    ) {
        self.address = address
        self.phoneExtension = phoneExtension
        self.presence = presence
        self.newPresence = newPresence
        self.newReason = newReason
        self.cause = cause
    }

    private enum CodingKeys: String, CodingKey {
        case address, presence, cause
        case phoneExtension = "extension"
        case newPresence = "new_presence"
        case newReason = "new_reason"
    }
}
