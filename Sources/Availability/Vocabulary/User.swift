/// A user of the telephone system whose mailbox is read.
package struct User: Hashable, Sendable {
    package var address: MailboxAddress
    package var phoneExtension: String?
    package var displayName: String?
    package var isEnabled: Bool
    /// The connector that reads the mailbox.
    package var connector: String

    package init(
        address: MailboxAddress,
        phoneExtension: String? = nil,
        displayName: String? = nil,
        isEnabled: Bool = true,
        connector: String
    ) {
        self.address = address
        self.phoneExtension = phoneExtension
        self.displayName = displayName
        self.isEnabled = isEnabled
        self.connector = connector
    }
}
