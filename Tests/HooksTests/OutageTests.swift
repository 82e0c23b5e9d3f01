import Availability
import Foundation
import Hooks
import Logging
import Store
import TestSupport
import Testing

@Suite("Deliveries while a receiver is out of reach")
struct OutageTests {
    @Test("one failure of the receiver has everybody wait, one delivery try, and all follow when it succeeds")
    func pause() async throws {
        let bench = try await DispatchBench(users: 20)
        try await bench.tellAll(20)
        // Four are under way together; then three attempts, one each.
        bench.hook.fail(with: Array(repeating: .down(scope: .receiver), count: 7))
        await bench.dispatcher.start()
        await bench.run()
        #expect(bench.arrivals == [0: 4, 1: 1, 3: 1, 7: 1, 15: 20])
        #expect(try await bench.statistics.delivered == 20)
        #expect(try await bench.statistics.failed == 7)
        #expect(bench.hook.mostOfOneUser == 1)
    }

    @Test("a time the receiver asks for is kept to the second, whatever else comes meanwhile")
    func retryAfter() async throws {
        let bench = try await DispatchBench(users: 10)
        await bench.dispatcher.start()
        bench.hook.fail(with: [.down(.after(90), scope: .receiver)])
        try await bench.tellAll(1)
        await bench.dispatcher.idle()
        for second in 1..<90 {
            await bench.run(until: later(Double(second)))
            let user = try mailbox("user\(second % 9 + 1)")
            try await bench.tell([event("x\(second)", of: user, sequence: Int64(second))])
            await bench.dispatcher.idle()
        }
        #expect(bench.hook.arrivals.count == 1)
        #expect(await bench.dispatcher.pauses == ["pbx": later(90)])
        await bench.run(until: later(90))
        #expect(bench.arrivals == [0: 1, 90: 10])
        #expect(await bench.dispatcher.pauses.isEmpty)
    }

    @Test("another event tries each time, so that one that the receiver chokes on holds nobody up for good")
    func choking() async throws {
        let bench = try await DispatchBench(users: 5, concurrencyLimit: 1)
        bench.hook.answer { $0.user.text == "user0@example.com" ? .down(scope: .receiver) : nil }
        try await bench.tellAll(5)
        await bench.dispatcher.start()
        await bench.run(until: later(60))
        #expect(try await bench.statistics.delivered == 4)
    }

    @Test("an answer that concerns one event only ends the pause as well as a delivery does")
    func otherFailure() async throws {
        let bench = try await DispatchBench(users: 3, concurrencyLimit: 1)
        bench.hook.fail(with: [.down(scope: .receiver), .down(.after(1_000))])
        try await bench.tellAll(3)
        await bench.dispatcher.start()
        await bench.run(until: later(1))
        // One waits for its own sake.
        #expect(bench.arrivals == [0: 1, 1: 3])
        #expect(await bench.dispatcher.pauses.isEmpty)
        await bench.run()
        #expect(try await bench.statistics.delivered == 3)
    }

    @Test("an outage is told of at its beginning, at growing distances and at its end, not for each event")
    func log() async throws {
        let bench = try await DispatchBench(users: 200, concurrencyLimit: 100)
        bench.hook.fail(with: Array(repeating: .down(scope: .receiver), count: 106))
        try await bench.tellAll(200)
        await bench.dispatcher.start()
        await bench.run()
        #expect(
            bench.log.lines.filter { $0.level >= .notice && !$0.message.contains("once more") }.map(\.message) == [
                "Hook pbx cannot tell anybody now, everything waits, tried again in 1 s: The receiver is down. Start it.",
                "Hook pbx still cannot tell anybody after 2 attempts, everything waits, tried again in 2 s: "
                    + "The receiver is down. Start it.",
                "Hook pbx still cannot tell anybody after 4 attempts, everything waits, tried again in 8 s: "
                    + "The receiver is down. Start it.",
                "Hook pbx delivers again after 2 min out of reach; what everybody shows follows",
            ]
        )
        let first = try #require(bench.log.lines("Hook pbx cannot").first)
        #expect(first.metadata["diagnosis"]?.description == "hook.test" && first.metadata["hook"] == "pbx")
    }

    @Test("10,000 events that wait cost one attempt at a time, and no more are taken than may be under way")
    func many() async throws {
        let bench = try await DispatchBench(users: 10_000, concurrencyLimit: 20)
        bench.hook.answer { _ in .down(scope: .receiver) }
        try await bench.tellAll(10_000)
        await bench.dispatcher.start()
        await bench.run(until: later(3_600))
        // 20 at first; then after 1, 3, 7, 15, 31, 63, 127, 255, 511 seconds and from there on every five minutes.
        #expect(bench.hook.arrivals.count == 20 + 9 + 10)
        #expect(bench.hook.most <= 20)
        #expect(bench.log.lines.count < 20)
        let statistics = try await bench.statistics
        #expect(statistics.queued == 10_000 && statistics.failed == 39)
    }

    @Test("stopping does not wait for a pause; what waited is delivered after the next start")
    func stop() async throws {
        let bench = try await DispatchBench(users: 5)
        bench.hook.fail(with: Array(repeating: .down(.after(3_600), scope: .receiver), count: 4))
        try await bench.tellAll(5)
        await bench.dispatcher.start()
        await bench.dispatcher.idle()
        await bench.dispatcher.stop()
        #expect(bench.scheduler.deadlines.isEmpty)
        #expect(try await bench.statistics.queued == 5)
        let next = HookDispatcher(
            hooks: [bench.hook],
            outbox: bench.database,
            scheduler: bench.scheduler,
            logger: bench.log.logger,
            jitter: { 0 }
        )
        await next.start()
        await next.idle()
        // Those that failed wait for their time, as the receiver asked; who never tried does not.
        #expect(bench.hook.arrivals.count == 5)
        await bench.scheduler.advance(by: 3_600)
        await next.idle()
        #expect(try await bench.statistics.queued == 0)
        await next.stop()
    }

    @Test("another hook with another receiver is tried at once; one with the same receiver too, but with one event")
    func replaced() async throws {
        for target in ["another", "a script"] {
            let bench = try await DispatchBench(users: 10)
            bench.hook.fail(with: Array(repeating: .down(.after(3_600), scope: .receiver), count: 4))
            try await bench.tellAll(10)
            await bench.dispatcher.start()
            await bench.dispatcher.idle()
            await bench.scheduler.advance(by: 10)
            let other = ScriptedHook(target: target, clock: bench.scheduler)
            other.hold()
            await bench.dispatcher.change(to: [other])
            await other.held(target == "another" ? 4 : 1)
            let count = target == "another" ? 4 : 1
            #expect(other.underWay.count == count, "\(target)")
            other.letGo()
            await bench.dispatcher.idle()
            // What failed is tried at once where whatever made it fail may be mended; elsewhere four wait for their time.
            #expect(try await bench.statistics.queued == (target == "another" ? 4 : 0), "\(target)")
            await bench.run()
            #expect(try await bench.statistics.queued == 0)
        }
    }

    @Test("what a former receiver says when it is replaced already, holds nobody up")
    func late() async throws {
        let bench = try await DispatchBench(users: 3)
        bench.hook.hold()
        bench.hook.fail(with: [.down(.after(3_600), scope: .receiver), .gone])
        try await bench.tellAll(2)
        await bench.dispatcher.start()
        await bench.hook.held(2)
        let other = ScriptedHook(target: "another", clock: bench.scheduler)
        await bench.dispatcher.change(to: [other])
        bench.hook.letGo()
        await bench.run()
        #expect(other.arrivals.count == 2)
        #expect(other.arrivals.allSatisfy { $0.at == monday })
        #expect(try await bench.statistics.disabledAt == nil)
    }

    @Test("a receiver that wants nothing more is told nothing more, which is said once")
    func disabled() async throws {
        let bench = try await DispatchBench(users: 10)
        bench.hook.fail(with: Array(repeating: .gone, count: 4))
        bench.outbox.fail(.disable, times: 2)
        try await bench.tellAll(10)
        await bench.dispatcher.start()
        await bench.run()
        #expect(bench.hook.arrivals.count == 4)
        let statistics = try await bench.statistics
        #expect(statistics.disabledAt != nil && statistics.queued == 0)
        #expect(statistics.lastError == "hook.gone: The receiver wants nothing more.")
        #expect(
            bench.log.lines("Hook pbx is disabled").map(\.message)
                == ["Hook pbx is disabled and told nothing more: The receiver wants nothing more. Ask it."]
        )
        try await bench.tell([event("new", of: try mailbox("user1"), .meeting, .away, sequence: 2)])
        bench.hook.forget()
        await bench.run()
        #expect(bench.hook.arrivals.count == 4)
    }
}
