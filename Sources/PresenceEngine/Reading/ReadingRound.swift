package import Availability

/// A number of mailboxes that are to be read once, calendar and automatic reply, and how far that is.
package struct ReadingRound: Sendable {
    /// The order by which they are read: what an earlier order had under way does not count, since it may have been
    /// answered before whatever the new one was given for.
    package let order: Int
    package let total: Int
    package private(set) var failed: Set<MailboxAddress> = []
    private var pending: [MailboxAddress: Set<MailboxPart>]

    package init(_ mailboxes: some Collection<MailboxAddress>, order: Int) {
        self.order = order
        pending = Dictionary(mailboxes.map { ($0, Set(MailboxPart.allCases)) }) { first, _ in first }
        total = pending.count
    }

    /// Mailboxes of which both parts were read or failed.
    package var done: Int { total - pending.count }

    package var isFinished: Bool { pending.isEmpty }

    /// Whether something of `mailbox` is still to be read.
    package func isWaiting(for mailbox: MailboxAddress) -> Bool { pending[mailbox] != nil }

    /// A part of a mailbox was read, or failed.
    package mutating func note(_ outcome: ReadingOutcome) {
        guard outcome.order >= order, pending[outcome.mailbox]?.remove(outcome.part) != nil else { return }
        if outcome.failure != nil { failed.insert(outcome.mailbox) }
        if pending[outcome.mailbox]?.isEmpty == true { pending[outcome.mailbox] = nil }
    }

    /// These are nobody's concern any more, and no failure.
    package mutating func drop(_ mailboxes: some Sequence<MailboxAddress>) {
        for mailbox in mailboxes { pending[mailbox] = nil }
    }

    /// Gives these mailboxes up: they cannot be read now.
    package mutating func giveUp(_ mailboxes: some Sequence<MailboxAddress>) {
        for mailbox in mailboxes where pending.removeValue(forKey: mailbox) != nil { failed.insert(mailbox) }
    }
}
