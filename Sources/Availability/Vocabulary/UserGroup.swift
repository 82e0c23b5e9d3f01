/// A distribution group whose members are users of the telephone system.
package struct UserGroup: Hashable, Sendable {
    package var address: MailboxAddress
    /// The connector that asks for the members, and reads those of them that no connector has the mail domain of.
    package var connector: String
    /// Whether the members' calendars are read.
    package var isEnabled: Bool

    package init(address: MailboxAddress, connector: String, isEnabled: Bool = true) {
        self.address = address
        self.connector = connector
        self.isEnabled = isEnabled
    }
}

/// A mailbox that belongs to a group, as the server's directory has it.
package struct DirectoryMember: Hashable, Sendable {
    package var address: MailboxAddress
    /// One line for a person to read; `nil` where the directory has none.
    package var displayName: String?

    package init(_ address: MailboxAddress, displayName: String? = nil) {
        self.address = address
        self.displayName = displayName
    }
}
