import Availability

/// Mailboxes in a ring: each has its turn once a round, and one that comes or goes does not disturb whose turn it is.
struct MailboxRing: Sendable {
    private var mailboxes: [MailboxAddress] = []
    private var next = 0

    var count: Int { mailboxes.count }

    /// Goes on where it was.
    mutating func replace(with mailboxes: some Sequence<MailboxAddress>) {
        let turn = next < self.mailboxes.count ? self.mailboxes[next] : nil
        self.mailboxes = mailboxes.sorted()
        next = turn.flatMap { turn in self.mailboxes.firstIndex { $0 >= turn } } ?? 0
    }

    /// Those whose turn it is, up to `limit`; a round begins with a portion of its own.
    mutating func take(_ limit: Int) -> [MailboxAddress] {
        let portion = mailboxes[next...].prefix(max(limit, 1))
        next = portion.endIndex == mailboxes.endIndex ? 0 : portion.endIndex
        return Array(portion)
    }
}
