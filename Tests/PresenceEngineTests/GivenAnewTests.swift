import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

/// A server that starts again behind a load balancer, which keeps its channels open, and gives ids anew.
@Suite("Ids that are given anew")
struct GivenAnewTests {
    @Test("a late answer to the ending of an old subscription does not end the newer one with the same id")
    func lateEnd() async throws {
        let bench = try SubscriberBench(users: 3, .streaming)
        try await bench.start()
        let channel = try bench.channel(of: 0)
        let old = try #require(await bench.store.remembered["hq"]?["3"])
        // The second one's mailbox gets the id of the first, so that the third may be a newer one, and is ended; before
        // the answer to that is here, its mailbox gets the same id.
        bench.server.change { state in
            state.faults.slow = ["unsubscribe 3"]
            state.forget()
            state.deliver(.news([.lost(["2"])]), to: channel)
        }
        while try #require(await bench.store.remembered["hq"]?["3"]).createdAt == old.createdAt { await Task.yield() }
        bench.server.release()
        await bench.idle()
        #expect(bench.calls(with: "unsubscribe") == ["unsubscribe 3"])
        #expect(bench.server.owners.keys.sorted() == ["1", "2", "3"])
        await bench.expectNoStrays()
    }

    @Test("whatever was made since the restart is ended when an id that was lost by then comes a second time")
    func lostBefore() async throws {
        let bench = try SubscriberBench(.streaming)
        try await bench.start()
        let (channel, other) = (try bench.channel(of: 0), try bench.channel(of: 5))
        let (first, fifth, sixth) = (try bench.id(of: 0), try bench.id(of: 4), try bench.id(of: 5))
        await bench.harm { state in
            state.forget(lastID: 100)
            state.deliver(.news([.lost([first])]), to: channel)
        }
        #expect(bench.server.owners.keys.sorted() == ["101", "102", "103"])
        await bench.harm { state in
            state.faults.refused = [bench.users[5]]
            state.deliver(.news([.lost([sixth])]), to: other)
        }
        await bench.harm { state in
            state.lastID = (Int(sixth) ?? 0) - 1
            state.deliver(.news([.lost([fifth])]), to: other)
        }
        #expect(bench.calls(with: "unsubscribe 10").count == 3)
        bench.server.mend()
        await bench.advance(by: 3_600)
        await bench.expectNoStrays()
    }

    @Test("so is one whose answer has overtaken that of an older one")
    func overtaking() async throws {
        let bench = try SubscriberBench(.streaming)
        bench.server.change { $0.faults.slow = ["subscribe user1 "] }
        try await bench.begin()
        while bench.server.heldBack < 1 || bench.server.parked < 1 { await Task.yield() }
        let (old, lost, channel) = (try bench.id(of: 1), try bench.id(of: 4), try bench.channel(of: 4))
        bench.server.change { state in
            state.forget(lastID: 50)
            state.deliver(.news([.lost([lost])]), to: channel)
        }
        while await bench.store.remembered["hq"]?["51"] == nil { await Task.yield() }
        bench.server.release()
        await bench.idle()
        let last = try bench.id(of: 5)
        await bench.harm { state in
            state.lastID = (Int(old) ?? 0) - 1
            state.lose(last)
        }
        await bench.advance(by: 3_600)
        #expect(bench.calls(with: "unsubscribe 51").count == 1)
        await bench.expectNoStrays()
    }

    @Test("a channel's late word about an old subscription does not end the newer one with the same id")
    func lateLoss() async throws {
        let bench = try SubscriberBench(users: 3, .streaming)
        try await bench.start()
        let channel = try bench.channel(of: 0)
        let old = try #require(await bench.store.remembered["hq"]?["2"])
        // While one mailbox waits for its answer, no newer channel is opened.
        bench.server.change { state in
            state.faults.slow = ["subscribe user0 "]
            state.forget(lastID: 50)
            state.deliver(.news([.lost(["1"])]), to: channel)
        }
        while bench.server.heldBack < 1 { await Task.yield() }
        bench.server.change { state in
            state.lastID = 1
            state.deliver(.news([.lost(["2"])]), to: channel)
        }
        while (await bench.store.remembered["hq"]?["2"])?.createdAt ?? old.createdAt == old.createdAt {
            await Task.yield()
        }
        let before = bench.server.calls.count
        bench.server.change { $0.deliver(.news([.lost(["2"]), .changed(["3"])]), to: channel) }
        // The channel's word has been heard when what came with it is read.
        while bench.calls(since: before, with: "read").isEmpty { await Task.yield() }
        bench.server.release()
        await bench.idle()
        await bench.expectNoStrays()
        #expect(bench.calls(since: before, with: "subscribe").count == 1)
    }
}

extension SubscriberBench {
    /// The id of this user's subscription at the server.
    fileprivate func id(of index: Int) throws -> String {
        try #require(server.owners.first { $0.value == users[index] }?.key)
    }

    /// The server holds what is remembered, one for each mailbox, and nothing else.
    fileprivate func expectNoStrays() async {
        #expect(await counts() == SubscriptionCounts(active: users.count))
        let remembered = (await store.remembered["hq"] ?? [:]).mapValues(\.mailbox)
        #expect(server.owners == remembered)
        #expect(remembered.values.sorted() == users)
    }
}
