package import Availability
package import Foundation

/// Reads every mailbox again within each interval, a request's worth at a time, evenly spread: what notifications miss
/// is found in the end.
package struct Reconciliation: Sendable {
    private let mailboxes: [MailboxAddress]
    private let portion: Int
    private var next = 0

    /// Seconds between two portions.
    package let pause: TimeInterval

    /// - Parameters:
    ///   - interval: seconds within which all are read once.
    ///   - portion: how many are read together, at least 1.
    package init(of mailboxes: some Sequence<MailboxAddress>, interval: TimeInterval, portion: Int) {
        self.mailboxes = mailboxes.sorted()
        self.portion = max(portion, 1)
        let portions = (self.mailboxes.count + self.portion - 1) / self.portion
        pause = interval / Double(max(portions, 1))
    }

    /// The mailboxes whose turn it is.
    package mutating func take() -> [MailboxAddress] {
        let portion = mailboxes[next...].prefix(portion)
        next = portion.endIndex == mailboxes.endIndex ? 0 : portion.endIndex
        return Array(portion)
    }
}
