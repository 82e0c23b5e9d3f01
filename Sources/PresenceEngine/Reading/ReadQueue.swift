package import Availability

/// Mailboxes whose stored data may be out of date ("dirty"), and which of them are being read.
///
/// Natural batching: while requests are under way, dirty mailboxes collect; the next request takes all of them, up to
/// its limit. A mailbox that turns dirty while it is being read is read once more. Each mailbox waits at most once, so
/// the queue is never longer than there are users.
package struct ReadQueue: Sendable {
    private var waiting: [MailboxAddress] = []
    private var isWaiting: Set<MailboxAddress> = []
    private var underWay: Set<MailboxAddress> = []

    package init() {}

    /// How many mailboxes wait.
    package var count: Int { isWaiting.count }

    /// Whether nothing waits and nothing is being read.
    package var isIdle: Bool { isWaiting.isEmpty && underWay.isEmpty }

    /// `mailbox` must be read, at the earliest with the next request.
    package mutating func mark(_ mailbox: MailboxAddress) {
        if isWaiting.insert(mailbox).inserted { waiting.append(mailbox) }
    }

    /// Takes up to `limit` mailboxes, those that waited longest first, and counts them as being read.
    package mutating func take(upTo limit: Int) -> [MailboxAddress] {
        var batch: [MailboxAddress] = []
        var kept: [MailboxAddress] = []
        var index = waiting.startIndex
        while index < waiting.endIndex, batch.count < limit {
            let mailbox = waiting[index]
            if underWay.contains(mailbox) { kept.append(mailbox) } else { batch.append(mailbox) }
            index += 1
        }
        waiting.replaceSubrange(..<index, with: kept)
        isWaiting.subtract(batch)
        underWay.formUnion(batch)
        return batch
    }

    /// The reading of `batch` ended, however it ended.
    package mutating func finish(_ batch: [MailboxAddress]) {
        underWay.subtract(batch)
    }

    /// Forgets what waits and is no longer in `users`.
    package mutating func keep(only users: Set<MailboxAddress>) {
        isWaiting.formIntersection(users)
        waiting.removeAll { !isWaiting.contains($0) }
    }
}
