package import Availability

/// A number of mailboxes that are to be read once, calendar and automatic reply, and how far that is.
package struct ReadingRound: Sendable {
    /// What can be read of a mailbox.
    package enum Part: Hashable, Sendable {
        case calendar
        case automaticReply
    }

    package let total: Int
    package private(set) var failed: Set<MailboxAddress> = []
    private var remaining: [Part: Set<MailboxAddress>]

    package init(_ mailboxes: some Collection<MailboxAddress>) {
        let all = Set(mailboxes)
        total = all.count
        remaining = [.calendar: all, .automaticReply: all]
    }

    /// Mailboxes of which both parts were read or failed.
    package var done: Int { total - remaining.values.reduce(into: Set<MailboxAddress>()) { $0.formUnion($1) }.count }

    package var isFinished: Bool { remaining.values.allSatisfy(\.isEmpty) }

    /// Whether something of `mailbox` is still to be read.
    package func isWaiting(for mailbox: MailboxAddress) -> Bool {
        remaining.values.contains { $0.contains(mailbox) }
    }

    /// A part of a mailbox was read, or failed.
    /// - Returns: whether the round was waiting for it.
    @discardableResult
    package mutating func note(_ part: Part, of mailbox: MailboxAddress, succeeded: Bool) -> Bool {
        guard remaining[part]?.remove(mailbox) != nil else { return false }
        if !succeeded { failed.insert(mailbox) }
        return true
    }

    /// Gives these mailboxes up: they cannot be read now.
    package mutating func giveUp(_ mailboxes: some Sequence<MailboxAddress>) {
        for mailbox in mailboxes where isWaiting(for: mailbox) {
            remaining[.calendar]?.remove(mailbox)
            remaining[.automaticReply]?.remove(mailbox)
            failed.insert(mailbox)
        }
    }
}
