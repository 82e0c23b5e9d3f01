package import Availability

/// Mailboxes whose stored data may be out of date ("dirty"), and which of them are being read.
///
/// Natural batching: while requests are under way, dirty mailboxes collect; the next request takes all of them, up to
/// its limit. A mailbox that turns dirty while it is being read is read once more. Each mailbox waits at most once, so
/// the queue is never longer than there are users.
package struct ReadQueue: Sendable {
    /// A mailbox to be read, and the number of the newest order that asked for it.
    package struct Entry: Hashable, Sendable {
        package var mailbox: MailboxAddress
        package var order: Int

        package init(_ mailbox: MailboxAddress, order: Int) {
            self.mailbox = mailbox
            self.order = order
        }
    }

    private var line: [MailboxAddress] = []
    private var orders: [MailboxAddress: Int] = [:]
    private var underWay: Set<MailboxAddress> = []
    /// Those of them whose answer is nobody's concern any more.
    private var dropped: Set<MailboxAddress> = []

    package init() {}

    /// How many mailboxes wait.
    package var count: Int { orders.count }

    /// Whether nothing waits and nothing is being read.
    package var isIdle: Bool { orders.isEmpty && underWay.isEmpty }

    /// The mailbox must be read, at the earliest with the next request.
    package mutating func mark(_ entry: Entry) {
        if let earlier = orders[entry.mailbox] {
            orders[entry.mailbox] = max(earlier, entry.order)
        } else {
            orders[entry.mailbox] = entry.order
            line.append(entry.mailbox)
        }
    }

    /// These are not to be read any more. The answer for one that is being read just now comes too late: somebody else may
    /// have read it meanwhile.
    package mutating func remove(_ gone: Set<MailboxAddress>) {
        dropped.formUnion(underWay.intersection(gone))
        for mailbox in gone { orders[mailbox] = nil }
        line.removeAll(where: gone.contains)
    }

    /// Takes up to `limit` mailboxes, those that waited longest first, and counts them as being read.
    package mutating func take(upTo limit: Int) -> [Entry] {
        var batch: [Entry] = []
        var kept: [MailboxAddress] = []
        var index = line.startIndex
        while index < line.endIndex, batch.count < limit {
            let mailbox = line[index]
            index += 1
            if underWay.contains(mailbox) {
                kept.append(mailbox)
            } else if let order = orders.removeValue(forKey: mailbox) {
                underWay.insert(mailbox)
                batch.append(Entry(mailbox, order: order))
            }
        }
        line.replaceSubrange(..<index, with: kept)
        return batch
    }

    /// Whether the answer for a mailbox that is being read is still wanted.
    package func isWanted(_ mailbox: MailboxAddress) -> Bool { !dropped.contains(mailbox) }

    /// The reading of `batch` ended with an answer.
    package mutating func finish(_ batch: [Entry]) {
        underWay.subtract(batch.map(\.mailbox))
        dropped.subtract(batch.map(\.mailbox))
    }

    /// The reading of `batch` brought nothing: it must be read again.
    package mutating func putBack(_ batch: [Entry]) {
        let wanted = batch.filter { isWanted($0.mailbox) }
        finish(batch)
        for entry in wanted { mark(entry) }
    }
}
