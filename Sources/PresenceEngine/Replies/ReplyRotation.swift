import Availability
import Foundation

/// Mailboxes whose automatic reply has to be read now and then, since no hint tells of it: who has waited longest comes
/// first. Those with a reply have half of the room for themselves, as they are few and the likeliest to change: their
/// owners come back.
struct ReplyRotation: Sendable {
    private var replying = DeadlineHeap<MailboxAddress>()
    private var silent = DeadlineHeap<MailboxAddress>()

    /// When the next is due.
    var earliest: Date? { [replying.earliest, silent.earliest].compactMap { $0 }.min() }

    /// - Parameter due: when `mailbox` is to be read; `nil` where it need not be.
    mutating func set(_ mailbox: MailboxAddress, due: Date?, isReplying: Bool = false) {
        replying.set(mailbox, at: isReplying ? due : nil)
        silent.set(mailbox, at: isReplying ? nil : due)
    }

    /// Takes out up to `limit` of those that are due at `now`.
    mutating func take(_ limit: Int, at now: Date) -> [MailboxAddress] {
        var taken: [MailboxAddress] = []
        while taken.count < (limit + 1) / 2, let mailbox = replying.popNext(at: now) { taken.append(mailbox) }
        while taken.count < limit, let mailbox = silent.popNext(at: now) { taken.append(mailbox) }
        while taken.count < limit, let mailbox = replying.popNext(at: now) { taken.append(mailbox) }
        return taken
    }
}
