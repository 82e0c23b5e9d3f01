import Availability
import Foundation
import Testing

@testable import Hooks

@Suite("A receiver that is out of reach")
struct ReceiverOutageTests {
    private let retries = RetrySchedule()

    /// One that begins at `time`.
    private func outage(_ advice: RetryAdvice = .later, at time: Date = monday) -> ReceiverOutage {
        var outage = ReceiverOutage(since: time)
        _ = outage.failed(at: time, advice, retries: retries, jitter: 0)
        return outage
    }

    @Test("nothing begins until it is tried again, then one delivery and no second beside it")
    func one() {
        var outage = outage(.after(90))
        #expect([0, 1, 89.9].map { outage.room(at: later($0)) } == [0, 0, 0])
        #expect(outage.room(at: later(90)) == 1)
        outage.probe()
        #expect([90, 500].map { outage.room(at: later($0)) } == [0, 0])
    }

    @Test("the one that tries fails: again a pause, each time a longer one")
    func distances() {
        var outage = outage()
        var pauses = [outage.retryAt.timeIntervalSince(monday)]
        for _ in 0..<9 {
            let now = outage.retryAt
            outage.probe()
            _ = outage.failed(at: now, .later, retries: retries, jitter: 0)
            pauses.append(outage.retryAt.timeIntervalSince(now))
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300])
        #expect(outage.since == monday)
    }

    @Test(
        "it is tried when the receiver asked for it, to the second",
        arguments: [
            (0, .after(90), 90), (0.3, .after(90), 91), (0, .after(0.2), 1), (0, .after(1_000_000), 86_400),
            // Nobody is given up for what a receiver says of itself: it is tried as rarely as any.
            (0, .never, 300), (0.5, .later, 2),
        ] as [(TimeInterval, RetryAdvice, TimeInterval)]
    )
    func asked(begin: TimeInterval, advice: RetryAdvice, expected: TimeInterval) {
        #expect(outage(advice, at: later(begin)).retryAt == later(expected))
    }

    @Test("what was under way when it began makes no pause longer, unless the receiver asks for that by it")
    func besides() {
        var outage = outage(.after(10))
        for _ in 0..<50 { outage.failedBesides(at: later(1), .later, retries: retries) }
        outage.failedBesides(at: later(1), .never, retries: retries)
        outage.failedBesides(at: later(1), .after(5), retries: retries)
        #expect(outage.retryAt == later(10))
        outage.failedBesides(at: later(1), .after(60), retries: retries)
        #expect(outage.retryAt == later(61))
        #expect(outage.failures.count == 1)
    }

    @Test("who asks is not kept waiting, and neither is another hook with the same receiver")
    func now() {
        var outage = outage(.after(3_600))
        outage.tryNow(at: later(5))
        #expect(outage.room(at: later(5)) == 1)
        outage.probe()
        outage.tryNow(at: later(6))
        #expect(outage.room(at: later(6)) == 0)
        outage.replaced(at: later(7))
        #expect(outage.room(at: later(7)) == 1)
    }

    @Test(
        "the whole state follows after as long as was configured, and never where that is never",
        arguments: [(59, 60, false), (60, 60, true), (86_400, nil, false), (0, 0, true), (-3_600, 60, false)]
            as [(TimeInterval, TimeInterval?, Bool)]
    )
    func following(seconds: TimeInterval, limit: TimeInterval?, expected: Bool) {
        #expect(outage().isFollowedByResend(at: later(seconds), from: limit) == expected)
        #expect(outage().duration(at: later(seconds)) == max(0, seconds))
    }
}
