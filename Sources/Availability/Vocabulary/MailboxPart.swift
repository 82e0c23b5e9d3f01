/// What is read of a mailbox, each by a request of its own; the raw values are those of the database.
package enum MailboxPart: String, CaseIterable, Hashable, Sendable {
    case calendar
    case automaticReply = "automatic_reply"
}
