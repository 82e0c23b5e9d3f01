package import Availability
package import Foundation

/// When each mailbox must be read again, whatever the weekly rhythm says: before what is known of it runs out, and
/// after a failure at growing distances.
package struct ReadingAgenda: Sendable {
    /// What must always be known ahead, in seconds: a day.
    package static let spare: TimeInterval = 86_400

    private let retries = RetrySchedule(first: 900, longest: 14_400)
    private var deadlines = DeadlineHeap<Subject>()
    private var failures: [Subject: Int] = [:]

    private struct Subject: Hashable {
        var mailbox: MailboxAddress
        var part: MailboxPart
    }

    package init() {}

    /// When the next mailbox must be read.
    package var earliest: Date? { deadlines.earliest }

    /// When `mailbox` must be read.
    package func deadline(of mailbox: MailboxAddress) -> Date? {
        MailboxPart.allCases
            .compactMap { deadlines.deadline(of: Subject(mailbox: mailbox, part: $0)) }
            .min()
    }

    /// The calendar of `mailbox` is known until `coveredUntil`.
    package mutating func noteCoverage(of mailbox: MailboxAddress, until coveredUntil: Date) {
        let subject = Subject(mailbox: mailbox, part: .calendar)
        failures[subject] = nil
        deadlines.set(subject, at: coveredUntil - Self.spare)
    }

    /// The automatic reply of `mailbox` was read; it does not run out.
    package mutating func noteAutomaticReply(of mailbox: MailboxAddress) {
        let subject = Subject(mailbox: mailbox, part: .automaticReply)
        failures[subject] = nil
        deadlines.set(subject, at: nil)
    }

    /// A part of `mailbox` failed at `now`.
    ///
    /// One that will not succeed before somebody changes something waits for the next scan.
    package mutating func noteFailure(
        of part: MailboxPart,
        of mailbox: MailboxAddress,
        retry: RetryAdvice,
        at now: Date,
        jitter: Double
    ) {
        let subject = Subject(mailbox: mailbox, part: part)
        let count = failures[subject, default: 0] + 1
        guard let delay = retries.delay(afterFailures: count, advice: retry, jitter: jitter) else { return }
        failures[subject] = count
        deadlines.set(subject, at: Self.wholeMinute(now + delay))
    }

    /// What failed together comes back together, in few requests.
    private static func wholeMinute(_ time: Date) -> Date {
        Date(timeIntervalSince1970: (time.timeIntervalSince1970 / 60).rounded(.up) * 60)
    }

    /// This mailbox is read no more.
    package mutating func forget(_ mailbox: MailboxAddress) {
        for part in MailboxPart.allCases {
            let subject = Subject(mailbox: mailbox, part: part)
            failures[subject] = nil
            deadlines.set(subject, at: nil)
        }
    }

    /// Takes out the mailboxes that must be read now, each once.
    package mutating func popDue(at now: Date) -> [MailboxAddress] {
        Array(Set(deadlines.popDue(at: now).map(\.mailbox)))
    }
}
