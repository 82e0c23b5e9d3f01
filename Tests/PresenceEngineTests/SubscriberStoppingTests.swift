import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

@Suite("Ending subscriptions")
struct SubscriberStoppingTests {
    @Test(
        "a clean stop ends all of them, closes the channels and forgets them",
        arguments: [NotificationMethod.streaming, .pull]
    )
    func clean(_ method: NotificationMethod) async throws {
        let bench = try SubscriberBench(method)
        try await bench.start()
        #expect(await bench.store.remembered["hq"]?.count == 6)
        await bench.engine.stop()
        #expect(bench.calls(with: "unsubscribe").count == 6)
        #expect(bench.server.owners.isEmpty)
        #expect(bench.server.parked == 0)
        #expect(await bench.store.remembered["hq"]?.isEmpty == true)
        #expect(bench.clock.deadlines.isEmpty)
        #expect(bench.log.lines.last == "Ended the subscriptions of: 6 users")
    }

    @Test("those made by push end with the server's next call, so that the next start ends them")
    func push() async throws {
        let bench = try SubscriberBench(.push)
        try await bench.start()
        await bench.engine.stop()
        #expect(bench.calls(with: "unsubscribe").isEmpty)
        #expect(await bench.store.remembered["hq"]?.count == 6)
        #expect(bench.log.lines.last == "Subscriptions by push that the server ends when nobody answers its call: 6")
        try await bench.start()
        #expect(bench.calls(with: "unsubscribe").count == 6)
        #expect(Set(await bench.store.remembered["hq"]?.keys.map(\.self) ?? []) == Set((7...12).map { "\($0)" }))
    }

    @Test("those that a server that is away keeps are ended at the next start")
    func away() async throws {
        let bench = try SubscriberBench(.streaming)
        try await bench.start()
        await bench.harm { $0.faults.isAway = true }
        await bench.engine.stop()
        #expect(await bench.store.remembered["hq"]?.count == 6)
        #expect(bench.log.lines(with: "Ended the subscriptions of: 0 users; 6 more").count == 1)
        bench.server.mend()
        try await bench.start()
        #expect(bench.calls(with: "unsubscribe").suffix(6).sorted() == (1...6).map { "unsubscribe \($0)" })
        #expect(Set(await bench.store.remembered["hq"]?.keys.map(\.self) ?? []) == Set((7...12).map { "\($0)" }))
        #expect(bench.server.owners.count == 6)
    }

    @Test("one that the server grants while the daemon stops is ended too, and no channel is opened any more")
    func granted() async throws {
        let bench = try SubscriberBench(users: 1, .streaming)
        try await bench.start()
        bench.server.change { state in
            state.faults.isHolding = true
            state.lose("1")
        }
        while bench.server.heldBack == 0 { await Task.yield() }
        let before = bench.server.calls.count
        #expect(bench.calls().last == "subscribe user0 by streaming")
        let engine = bench.engine
        let stopping = Task { await engine.stop() }
        while bench.clock.deadlines["unsubscribe hq"] == nil { await Task.yield() }
        bench.server.release()
        await stopping.value
        #expect(bench.calls(since: before) == ["unsubscribe 2"])
        #expect(bench.server.owners.isEmpty)
        #expect(await bench.store.remembered["hq"]?.isEmpty != false)
    }

    @Test("a server that does not answer holds up the stop for the limit and no longer")
    func limit() async throws {
        let bench = try SubscriberBench(.streaming)
        try await bench.start()
        bench.server.change { $0.faults.isHolding = true }
        let engine = bench.engine
        let stopping = Task { await engine.stop() }
        while bench.server.heldBack < 2 { await Task.yield() }
        await bench.clock.advance(by: 40)
        bench.server.release()
        await stopping.value
        #expect(bench.calls(with: "unsubscribe").count == 2)
        #expect(await bench.store.remembered["hq"]?.count == 4)
    }

    @Test("a database that fails is told of once and costs no subscription; what it missed is written with the next")
    func store() async throws {
        let bench = try SubscriberBench(users: 3, .streaming)
        try await bench.start()
        await bench.store.fail(with: StoreFailure(.full, retry: .later))
        await bench.harm { $0.lose("2") }
        #expect(bench.log.lines(with: "The disk is full.").isEmpty == false)
        await bench.store.fail(with: nil)
        await bench.harm { $0.lose("3") }
        await bench.advance(by: 60)
        #expect(await bench.counts() == SubscriptionCounts(active: 3))
        #expect(Set(await bench.store.remembered["hq"]?.keys.map(\.self) ?? []) == ["1", "4", "5"])
    }
}
