package import Availability
package import Foundation

/// Tells changes that a reconciliation found and that no notification tells of, from those whose notification is on its
/// way or has just come. Holds at most each mailbox once.
package struct DriftWatch: Sendable {
    /// Seconds that a notification may come after its change was read, or before.
    package private(set) var patience: TimeInterval

    private var notified: [MailboxAddress: Date] = [:]
    private var suspects = DeadlineHeap<MailboxAddress>()

    /// - Parameter rhythm: after how many seconds a server is asked for changes at the latest; `nil` where it tells at once.
    package init(rhythm: TimeInterval? = nil) {
        patience = Self.patience(rhythm)
    }

    /// Another rhythm holds from now on, see ``init(rhythm:)``.
    package mutating func keep(rhythm: TimeInterval?) { patience = Self.patience(rhythm) }

    private static func patience(_ rhythm: TimeInterval?) -> TimeInterval { max(120, 2 * (rhythm ?? 0)) }

    /// When the next suspect is convicted.
    package var earliest: Date? { suspects.earliest }

    /// A notification said that this calendar may have changed.
    package mutating func note(_ mailbox: MailboxAddress, at now: Date) {
        notified[mailbox] = now
        suspects.set(mailbox, at: nil)
    }

    /// This calendar is read no more.
    package mutating func forget(_ mailbox: MailboxAddress) {
        notified[mailbox] = nil
        suspects.set(mailbox, at: nil)
    }

    /// A reconciliation read this calendar and found it changed.
    package mutating func suspect(_ mailbox: MailboxAddress, at now: Date) {
        if let told = notified[mailbox], now.timeIntervalSince(told) <= patience { return }
        if suspects.deadline(of: mailbox) == nil { suspects.set(mailbox, at: now + patience) }
    }

    /// The mailboxes of whose change nothing told, each once; forgets what is too long ago to matter.
    package mutating func convict(at now: Date) -> [MailboxAddress] {
        notified = notified.filter { now.timeIntervalSince($0.value) <= patience }
        return suspects.popDue(at: now)
    }
}
