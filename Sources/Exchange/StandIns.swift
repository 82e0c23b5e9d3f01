import Availability

/// As which mailbox a request is made that concerns no mailbox in particular, where a server demands one.
///
/// Any that the application may act as will do: it is not asked about its own. Which may is found out by trying, and one that
/// worked is kept to.
struct StandIns: Hashable, Sendable {
    /// How many are tried for one request.
    static let mostTries = 5
    private static let mostUnfit = 1_000

    /// The newest that worked.
    private(set) var proven: MailboxAddress?
    private var unfit: Set<MailboxAddress> = []

    /// Whom to try, in this order: the account's own mailbox, the one that worked last, those that the request is about.
    /// Those that did not work come last, so that a few of them never stand before all others.
    func candidates(account: MailboxAddress?, among mailboxes: [MailboxAddress]) -> [MailboxAddress] {
        var seen: Set<MailboxAddress> = []
        let known = ([account, proven].compactMap(\.self) + mailboxes).filter { seen.insert($0).inserted }
        return Array((known.filter { !unfit.contains($0) } + known.filter(unfit.contains)).prefix(Self.mostTries))
    }

    mutating func worked(_ mailbox: MailboxAddress) {
        proven = mailbox
        unfit.remove(mailbox)
    }

    mutating func failed(_ mailbox: MailboxAddress) {
        if proven == mailbox { proven = nil }
        // Forgetting them costs a few requests that are refused.
        if unfit.count >= Self.mostUnfit { unfit = [] }
        unfit.insert(mailbox)
    }
}
