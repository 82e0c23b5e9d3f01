import Availability
import Foundation
import Testing

@Suite("When what failed is tried again")
struct RetryScheduleTests {
    @Test(
        "after doubling times, five minutes at most",
        arguments: [(1, 1.0), (2, 2), (3, 4), (8, 128), (9, 256), (10, 300), (1_000_000, 300)]
    )
    func doubling(failures: Int, seconds: TimeInterval) {
        #expect(RetrySchedule().delay(afterFailures: failures, advice: .later, jitter: 0) == seconds)
    }

    @Test("a little later by chance, never earlier", arguments: [0.0, 0.3, 0.999])
    func jitter(_ jitter: Double) throws {
        let delay = try #require(RetrySchedule().delay(afterFailures: 4, advice: .later, jitter: jitter))
        #expect((8..<10).contains(delay))
    }

    @Test(
        "when the receiver says so, within a second and a day",
        arguments: [(30.0, 30.0), (4_000, 4_000), (0, 1), (-5, 1), (1e9, 86_400)]
    )
    func asked(seconds: Double, expected: TimeInterval) {
        #expect(RetrySchedule().delay(afterFailures: 7, advice: .after(seconds), jitter: 0.9) == expected)
    }

    @Test("not at all where it is no use")
    func never() {
        #expect(RetrySchedule().delay(afterFailures: 1, advice: .never, jitter: 0) == nil)
    }
}
