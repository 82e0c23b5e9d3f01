import Testing

@testable import SIPMessages

@Suite("Timers of a transaction")
struct TransactionTests {
    /// RFC 3261, 17.1.2.2: "500 ms, 1 s, 2 s, 4 s, 4 s, 4 s, etc.", and Timer F is 64 times T1, 32 s.
    @Test("without an answer, a datagram is sent eleven times in 32 s")
    func silence() {
        var timers = TransactionTimers(over: .udp)
        #expect(timers.handle(.begun) == [.send, .start(.f, 32), .start(.e, 0.5)])
        var time = 0.5
        var intervals: [Double] = []
        while time < 32 {
            let actions = timers.handle(.elapsed(.e))
            guard actions.first == .send, case .start(.e, let seconds) = actions.last else {
                Issue.record("not sent again")
                return
            }
            intervals.append(seconds)
            time += seconds
        }
        #expect(intervals == [1, 2, 4, 4, 4, 4, 4, 4, 4, 4])
        #expect(timers.handle(.elapsed(.f)) == [.stop(.e), .timedOut, .end])
        #expect(timers.handle(.final).isEmpty && timers.handle(.elapsed(.e)).isEmpty)
    }

    @Test("after a provisional answer it is sent every 4 s")
    func proceeding() {
        var timers = TransactionTimers(over: .udp)
        _ = timers.handle(.begun)
        #expect(timers.handle(.provisional).isEmpty)
        #expect(timers.handle(.elapsed(.e)) == [.send, .start(.e, 4)])
        #expect(timers.handle(.provisional).isEmpty)
        #expect(timers.handle(.final) == [.stop(.e), .stop(.f), .deliver, .start(.k, 5)])
    }

    @Test("an answer that comes once more is thrown away for 5 s, then forgotten")
    func repeated() {
        var timers = TransactionTimers(over: .udp)
        _ = timers.handle(.begun)
        #expect(timers.handle(.final) == [.stop(.e), .stop(.f), .deliver, .start(.k, 5)])
        #expect(timers.handle(.final).isEmpty && timers.handle(.provisional).isEmpty)
        #expect(timers.handle(.elapsed(.f)).isEmpty && timers.handle(.transportFailed).isEmpty)
        #expect(timers.handle(.elapsed(.k)) == [.end])
        #expect(timers.handle(.elapsed(.k)).isEmpty)
    }

    @Test("over a connection nothing is sent again, and nothing waited for", arguments: [SIPTransport.tcp, .tls])
    func reliable(transport: SIPTransport) {
        var timers = TransactionTimers(over: transport)
        #expect(timers.handle(.begun) == [.send, .start(.f, 32)])
        #expect(timers.handle(.elapsed(.e)).isEmpty)
        #expect(timers.handle(.final) == [.stop(.f), .deliver, .end])
        var others = TransactionTimers(over: transport)
        _ = others.handle(.begun)
        #expect(others.handle(.transportFailed).suffix(2) == [.failed, .end])
    }

    @Test("more than 1,300 bytes go over TCP (RFC 3261, 18.1.1)")
    func size() {
        #expect(SIPTransport.udp.carrying(bytes: 1_300) == .udp)
        #expect(SIPTransport.udp.carrying(bytes: 1_301) == .tcp)
        #expect(SIPTransport.tls.carrying(bytes: 60_000) == .tls)
    }
}

@Suite("When publications are refreshed")
struct RefreshPlanTests {
    /// The most in any second.
    private static func crowd(_ delays: [Double]) -> Int {
        Dictionary(grouping: delays) { Int($0) }.values.map(\.count).max() ?? 0
    }

    @Test("10,000 that are published at once are refreshed evenly over a window well before their end")
    func evenly() {
        var plan = RefreshPlan(beginningAt: 0.3)
        let delays = (0..<10_000).map { _ in plan.delay(lifetime: 3_600) }
        // Half an hour and 18 minutes: 9.3 a second, were they divided by a ruler.
        #expect(delays.allSatisfy { 1_800...2_880 ~= $0 })
        #expect(Self.crowd(delays) <= 12)
        #expect((delays.min() ?? 0) < 1_801 && (delays.max() ?? 0) > 2_879)
    }

    @Test("and still so the second time")
    func again() {
        var plan = RefreshPlan(beginningAt: 0)
        let first = (0..<10_000).map { _ in plan.delay(lifetime: 3_600) }.sorted()
        let second = first.map { $0 + plan.delay(lifetime: 3_600) }
        #expect(Self.crowd(second) <= 24)
    }

    @Test("10,000 of an earlier run are refreshed over the time that is left")
    func start() {
        var plan = RefreshPlan(beginningAt: 0.9)
        let delays = (0..<10_000).map { _ in plan.delay(remaining: 1_000) }
        #expect(delays.allSatisfy { 0...800 ~= $0 })
        #expect(Self.crowd(delays) <= 15)
        #expect(plan.delay(remaining: 0) == 0 && plan.delay(remaining: -100) == 0)
    }

    @Test(
        "none is refreshed later than its margin allows, however short it lives",
        arguments: [1.0, 5, 60, 120, 300, 600, 3_600, 86_400]
    )
    func margin(lifetime: Double) {
        var plan = RefreshPlan(beginningAt: 0.999_9)
        let margin = RefreshPlan.margin(lifetime)
        // Of an answer that never comes 32 s are waited for; there is time for two where there is any.
        #expect(margin >= min(64, lifetime / 4) && margin <= lifetime / 4)
        for _ in 0..<1_000 {
            #expect(lifetime / 2...lifetime - margin ~= plan.delay(lifetime: lifetime))
            #expect(0...lifetime - margin ~= plan.delay(remaining: lifetime))
        }
    }
}
