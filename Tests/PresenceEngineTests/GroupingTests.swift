import Availability
import Foundation
import PresenceEngine
import Synchronization
import TestSupport
import Testing

// What waits for an answer that never comes must not keep the others from ending.
@Suite("Mailboxes that are looked after together", .timeLimit(.minutes(1)))
struct GroupingTests {
    @Test("each channel carries one grouping alone, and those of whom nobody knows have theirs")
    func channels() async throws {
        let bench = try SubscriberBench(users: 9, .streaming)
        let users = bench.users
        bench.server.change {
            $0.groupings = [users[0]: "a", users[2]: "b", users[4]: "a", users[6]: "b", users[8]: "b"]
        }
        try await bench.start()
        let carried = bench.server.state.withLock { state in
            state.channels.values.map { channel in Set(channel.ids.compactMap { state.held[$0]?.mailbox }) }
        }
        #expect(
            Set(carried) == [
                [users[0], users[4]], [users[2], users[6], users[8]], [users[1], users[3], users[5]], [users[7]],
            ]
        )
        #expect(await bench.counts() == SubscriptionCounts(active: 9))
        let asked = bench.calls(with: "groupings")
        #expect(asked == ["groupings user0 user1 user2 user3 user4 user5 user6 user7 user8"])
    }

    @Test("where nobody knows, the alphabet groups them")
    func alphabet() async throws {
        let bench = try SubscriberBench(users: 6, .streaming)
        try await bench.start()
        let users = bench.users
        let carried = bench.server.state.withLock { state in
            state.channels.values.map { channel in Set(channel.ids.compactMap { state.held[$0]?.mailbox }) }
        }
        #expect(Set(carried) == [Set(users[0..<3]), Set(users[3..<6])])
    }

    @Test("whoever is slow to tell who belongs together holds up no start: calendars are read meanwhile")
    func slowAtStart() async throws {
        let bench = try SubscriberBench(users: 6, .streaming)
        bench.beSlow()
        await bench.book(0)
        try await bench.begin()
        await bench.engine.idle()
        #expect(await bench.presence(of: 0) == .meeting)
        #expect(await bench.counts() == SubscriptionCounts(pending: 6))
        bench.server.release()
        await bench.idle()
        #expect(await bench.counts() == SubscriptionCounts(active: 6))
        #expect(bench.calls(with: "groupings").count == 1)
    }

    @Test("a stop meanwhile waits for no answer, and nobody is subscribed to behind it")
    func stopMeanwhile() async throws {
        let bench = try SubscriberBench(users: 6, .streaming)
        bench.beSlow()
        try await bench.begin()
        while bench.calls(with: "groupings").isEmpty { await Task.yield() }
        await bench.engine.stop()
        #expect(await bench.engine.idleButForChannels() == 0)
        bench.server.release()
        #expect(await bench.engine.idleButForChannels() == 0)
        #expect(bench.calls(with: "subscribe").isEmpty)
        #expect(bench.clock.deadlines.isEmpty)
    }

    @Test("a reload meanwhile holds as soon as it is made: who goes is let go of, who comes is asked about next")
    func reloadMeanwhile() async throws {
        let bench = try SubscriberBench(users: 6, .streaming)
        try await bench.start()
        try await bench.change(to: Array(bench.users[0..<4]))
        await bench.idle()
        let before = bench.server.calls.count
        bench.beSlow()
        try await bench.change(to: Array(bench.users[0..<5]))
        while bench.calls(with: "groupings").isEmpty { await Task.yield() }
        #expect(await bench.counts() == SubscriptionCounts(active: 4, pending: 1))
        // The newcomer goes again before anybody knows whom it belongs to; so does one that was there before.
        try await bench.change(to: Array(bench.users[1..<4]) + [bench.users[5]])
        while bench.calls(since: before, with: "unsubscribe").isEmpty { await Task.yield() }
        #expect(bench.server.owners.values.sorted() == Array(bench.users[1..<4]))
        bench.server.release()
        await bench.idle()
        #expect(bench.calls(with: "groupings") == ["groupings user4", "groupings user5"])
        #expect(bench.calls(since: before, with: "subscribe user") == ["subscribe user5 by streaming"])
        #expect(await bench.counts() == SubscriptionCounts(active: 4))
    }

    @Test("another connection takes over meanwhile, and does not wait for what the former one asked")
    func replacedMeanwhile() async throws {
        let bench = try SubscriberBench(users: 6, .streaming)
        bench.beSlow()
        try await bench.begin()
        while bench.calls(with: "groupings").isEmpty { await Task.yield() }
        try await bench.change(to: bench.users, isReplaced: true)
        while bench.calls(with: "groupings").count < 2 { await Task.yield() }
        #expect(bench.calls(with: "subscribe").isEmpty)
        bench.server.release()
        await bench.idle()
        #expect(bench.calls(with: "subscribe user").count == 6)
        #expect(await bench.counts() == SubscriptionCounts(active: 6))
    }
}

extension SubscriberBench {
    /// Whoever is asked who belongs together does not answer before it is released.
    fileprivate func beSlow() {
        server.change { state in
            state.groupings = Dictionary(uniqueKeysWithValues: users.map { ($0, "one") })
            state.faults.slow = ["groupings"]
        }
    }
}
