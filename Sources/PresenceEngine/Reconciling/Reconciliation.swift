package import Availability
package import Foundation

/// Reads every mailbox again within each interval, a request's worth at a time, evenly spread: what notifications miss
/// is found in the end.
package struct Reconciliation: Sendable {
    private let mailboxes: [MailboxAddress]
    private let portion: Int
    /// The last one whose turn it was.
    package private(set) var last: MailboxAddress?

    /// Seconds between two portions.
    package let pause: TimeInterval

    /// - Parameters:
    ///   - interval: seconds within which all are read once.
    ///   - portion: how many are read together, at least 1.
    ///   - last: begins behind this one; `nil` for the beginning.
    package init(
        of mailboxes: some Sequence<MailboxAddress>,
        interval: TimeInterval,
        portion: Int,
        after last: MailboxAddress? = nil
    ) {
        self.mailboxes = mailboxes.sorted()
        self.portion = max(portion, 1)
        self.last = last
        let portions = (self.mailboxes.count + self.portion - 1) / self.portion
        pause = interval / Double(max(portions, 1))
    }

    /// The mailboxes whose turn it is.
    package mutating func take() -> [MailboxAddress] {
        let next = last.flatMap { last in mailboxes.firstIndex { $0 > last } } ?? mailboxes.startIndex
        let portion = mailboxes[next...].prefix(portion)
        last = portion.last
        return Array(portion)
    }
}
