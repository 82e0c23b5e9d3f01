import Availability
import Foundation

/// A receiver that cannot be told: until when nothing is tried, that one delivery tries first, and what follows.
///
/// It decides and does nothing. Only what was sent after a pause tells how the receiver is now; what was under way when
/// the pause began may still end in either way.
struct ReceiverOutage: Hashable, Sendable {
    let since: Date
    /// Attempts in a row that found the receiver out of reach; those that were under way together are one.
    private(set) var failures = FailureStreak()
    /// Nothing is sent before. In whole seconds, as the outbox keeps its times.
    private(set) var retryAt: Date
    /// Whether one delivery is under way that tells whether the others may follow.
    private(set) var isProbing = false

    /// It begins with a first failure, which ``failed(at:_:retries:jitter:)`` is told of next.
    init(since: Date) {
        self.since = since
        retryAt = since
    }

    /// How many deliveries may begin at `now`: none, or one.
    func room(at now: Date) -> Int { isProbing || now < retryAt ? 0 : 1 }

    /// The delivery that tries begins.
    mutating func probe() { isProbing = true }

    /// The first delivery failed, or the one that tried.
    ///
    /// Advice not to try again does not hold for a receiver: nothing that waits for it is given up. It is tried at the
    /// longest distance, since somebody may have mended it.
    /// - Returns: whether to tell of it.
    mutating func failed(at now: Date, _ advice: RetryAdvice, retries: RetrySchedule, jitter: Double) -> Bool {
        isProbing = false
        let isWorthTelling = failures.failed()
        let delay = retries.delay(afterFailures: failures.count, advice: advice, jitter: jitter)
        retryAt = now.addingTimeInterval(delay ?? retries.longest).secondRoundedUp
        return isWorthTelling
    }

    /// One failed that was under way before: no news, but for a later time that the receiver asks for.
    mutating func failedBesides(at now: Date, _ advice: RetryAdvice, retries: RetrySchedule) {
        guard case .after = advice, !isProbing else { return }
        guard let delay = retries.delay(afterFailures: 1, advice: advice, jitter: 0) else { return }
        retryAt = max(retryAt, now.addingTimeInterval(delay).secondRoundedUp)
    }

    /// Somebody has reason to believe that it is over: the next delivery tries at once.
    mutating func tryNow(at now: Date) { retryAt = min(retryAt, now) }

    /// Another hook takes over, with the same receiver. What the former one has under way tells nothing of it.
    mutating func replaced(at now: Date) {
        isProbing = false
        tryNow(at: now)
    }

    /// Seconds that it has lasted; never negative, since the clock may have been set back.
    func duration(at now: Date) -> TimeInterval { max(0, now.timeIntervalSince(since)) }

    /// Whether the whole state is to follow if it ends at `now`.
    ///
    /// - Parameter limit: from how many seconds on; `nil` for never.
    func isFollowedByResend(at now: Date, from limit: TimeInterval?) -> Bool {
        limit.map { duration(at: now) >= $0 } ?? false
    }
}

extension Date {
    /// The first whole second that is not before this time.
    fileprivate var secondRoundedUp: Date {
        Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.up))
    }
}
