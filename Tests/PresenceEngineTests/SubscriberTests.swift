import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

@Suite("Subscribing")
struct SubscriberTests {
    @Test("of each group one is asked for first; its channel opens when all are subscribed to, and then all are read")
    func order() async throws {
        let bench = try SubscriberBench(users: 3, .streaming)
        try await bench.start()
        let calls = bench.calls().filter { !$0.hasPrefix("read") }
        #expect(calls.first == "subscribe user0 by streaming")
        #expect(Set(calls.dropFirst().prefix(2)) == ["subscribe user1 by streaming", "subscribe user2 by streaming"])
        #expect(calls.count == 4)
        let opening = try #require(bench.calls().firstIndex { $0.hasPrefix("listen") })
        #expect(bench.calls(since: opening + 1) == ["read user0 user1 user2"])
        #expect(await bench.counts() == SubscriptionCounts(active: 3))
        #expect(await bench.method() == .streaming)
    }

    @Test("a change is read at once, of that mailbox alone", arguments: [NotificationMethod.streaming, .push])
    func change(_ method: NotificationMethod) async throws {
        let bench = try SubscriberBench(method)
        try await bench.start()
        let before = bench.server.calls.count
        await bench.book(4)
        #expect(bench.calls(since: before) == ["read user4"])
        #expect(await bench.presence(of: 4) == .meeting)
    }

    @Test("by pull each is asked for once in an interval, spread over it, and read when it has changed")
    func pull() async throws {
        let bench = try SubscriberBench(.pull, tempo: SubscriptionTempo(pollInterval: 60))
        try await bench.start()
        await bench.book(4)
        #expect(await bench.presence(of: 4) == .available)
        let before = bench.server.calls.count
        await bench.advance(by: 60)
        #expect(bench.calls(since: before, with: "read") == ["read user4"])
        #expect(Set(bench.calls(since: before, with: "poll")).count == 6)
        #expect(await bench.presence(of: 4) == .meeting)
    }

    @Test("the log tells who is subscribed to, and how far it is every ten seconds")
    func log() async throws {
        let bench = try SubscriberBench(.streaming)
        await bench.harm { $0.faults.refused = [bench.users[5]] }
        try await bench.start()
        #expect(
            bench.log.lines(with: "Subscri") == [
                "Subscribing to availability of: 6 users",
                "Subscribed to availability of: 5 users by streaming in 0 s, 1 failed",
            ]
        )
        #expect(bench.log.lines(with: "Cannot subscribe to user5@example.com").count == 1)
        await bench.advance(by: 200)
        #expect(bench.log.lines(with: "Cannot subscribe to user5@example.com").count == 1)
    }

    @Test("of a server that is slow the log tells every ten seconds how far it is")
    func slow() async throws {
        let bench = try SubscriberBench(.streaming)
        bench.server.change { $0.faults.isHolding = true }
        try await bench.begin()
        while bench.server.heldBack == 0 { await Task.yield() }
        await bench.clock.advance(by: 10)
        bench.server.release()
        await bench.idle()
        #expect(bench.log.lines(with: "of 6 users so far").count == 1)
        #expect(
            bench.log.lines(with: "Subscribed").last == "Subscribed to availability of: 6 users by streaming in 10 s"
        )
    }

    @Test("a busy server is asked for no subscription before its time")
    func busy() async throws {
        let bench = try SubscriberBench(.streaming)
        await bench.harm { $0.faults.busyUntil = bench.clock.now + 90 }
        try await bench.start()
        let before = bench.server.calls.count
        await bench.advance(by: 89)
        #expect(bench.calls(since: before).isEmpty)
        await bench.advance(by: 1)
        #expect(await bench.counts() == SubscriptionCounts(active: 6))
    }

    @Test("nobody is asked for twice at once, and no more at once than the source takes", arguments: 1...3)
    func once(_ groups: Int) async throws {
        let bench = try SubscriberBench(users: groups * 3, .streaming)
        try await bench.start()
        #expect(bench.calls(with: "subscribe").count == groups * 3)
        #expect(bench.calls(with: "listen").count == groups)
    }

    @Test("what a killed daemon left behind is ended before its mailbox is subscribed to anew; so is that of strangers")
    func leftovers() async throws {
        let bench = try SubscriberBench(users: 3, .streaming)
        let stranger = try #require(MailboxAddress("stranger@example.com"))
        for (mailbox, id) in [(bench.users[1], "old"), (stranger, "strange")] {
            let route = NotificationRoute(anchor: bench.users[0])
            let left = Subscription(
                mailbox: mailbox,
                id: id,
                method: .streaming,
                route: route,
                createdAt: bench.clock.now
            )
            try await bench.store.keep([left], of: "hq")
        }
        try await bench.start()
        let calls = bench.calls()
        let ended = try #require(calls.firstIndex(of: "unsubscribe old"))
        let asked = try #require(calls.firstIndex(of: "subscribe user1 by streaming"))
        #expect(ended < asked)
        #expect(calls.contains("unsubscribe strange"))
        #expect(Set(await bench.store.remembered["hq"]?.keys.map(\.self) ?? []) == ["1", "2", "3"])
    }

    @Test("a method that the server does not know is asked of each group once; all go on by the next")
    func methodUnknown() async throws {
        let bench = try SubscriberBench(users: 9, .streaming, .pull)
        await bench.harm { $0.faults.unknownMethods = [.streaming] }
        try await bench.start()
        #expect(bench.calls(with: "by streaming").count <= 3)
        #expect(bench.calls(with: "by pull").count == 9)
        #expect(await bench.counts() == SubscriptionCounts(active: 9))
        #expect(await bench.method() == .pull)
        #expect(bench.log.lines(with: "Changes are asked for by pull from now on").count == 1)
    }

    @Test("an answer that comes when the method has been changed already holds up nobody")
    func lateAnswer() async throws {
        let bench = try SubscriberBench(.streaming, .pull)
        try await bench.start()
        // Two groups ask at the same time, and learn the same.
        let ids = bench.server.owners.filter { [bench.users[1], bench.users[4]].contains($0.value) }.keys
        bench.server.change { state in
            state.faults.isHolding = true
            state.faults.unknownMethods = [.streaming]
            for id in ids { state.lose(id) }
        }
        while bench.server.heldBack < 2 { await Task.yield() }
        bench.server.release()
        await bench.idle()
        #expect(bench.calls(with: "by streaming").count == 8)
        #expect(await bench.counts() == SubscriptionCounts(active: 6))
        #expect(await bench.method() == .pull)
    }

    @Test("a server that knows no method at all is not asked over and over")
    func noMethod() async throws {
        let bench = try SubscriberBench(users: 3, .streaming, .pull)
        await bench.harm { $0.faults.unknownMethods = [.streaming, .pull] }
        try await bench.start()
        #expect(bench.calls(with: "subscribe").count == 4)
        #expect(await bench.counts() == SubscriptionCounts(failed: 3))
    }
}
