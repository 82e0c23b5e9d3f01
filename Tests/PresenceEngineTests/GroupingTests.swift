import Availability
import PresenceEngine
import Synchronization
import Testing

@Suite("Mailboxes that are looked after together")
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
}
