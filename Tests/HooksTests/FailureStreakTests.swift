import Testing

@testable import Hooks

@Suite("How often failures are told of")
struct FailureStreakTests {
    @Test("a streak of failures is told of at each doubling, its end once")
    func streak() {
        var streak = FailureStreak()
        let told = (1...20).filter { _ in streak.failed() }
        #expect(told == [1, 2, 4, 8, 16])
        let ends = [streak.succeeded(), streak.succeeded()]
        #expect(ends == [20, nil])
        let isToldAgain = streak.failed()
        #expect(isToldAgain)
    }
}
