import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

@Suite("Trouble with subscriptions")
struct SubscriberTroubleTests {
    @Test("a channel that breaks: its group alone is read again when it carries, and nothing is missed")
    func broken() async throws {
        for failure in [ChannelFailure.broken, .garbled] {
            let bench = try SubscriberBench(.streaming, .pull)
            try await bench.start()
            let before = bench.server.calls.count
            let channel = try bench.channel(of: 0)
            await bench.harm { $0.end(channel, .failed(failure)) }
            let lines = bench.log.lines(with: "Notifications are interrupted")
            #expect(lines.count == 1)
            #expect(lines.allSatisfy { $0.contains(failure.diagnosis.summary) })
            #expect(lines.contains { $0.contains("made no sense so far: 1") } == (failure == .garbled))
            await bench.book(0)
            await bench.book(5)
            #expect(bench.calls(since: before) == ["read user5"])
            #expect(await bench.engine.status().connectors.first?.failure?.diagnosis == failure.diagnosis)
            await bench.advance(by: 2)
            #expect(bench.calls(since: before, with: "listen").count == 1)
            #expect(bench.calls(since: before).last == "read user0 user1 user2")
            #expect(await bench.presence(of: 0) == .meeting)
            #expect(bench.log.lines(with: "Notifications are back").count == 1)
            #expect(await bench.engine.status().connectors.first?.failure == nil)
        }
    }

    @Test("a request that the server chokes on holds up nobody else, and is made again later")
    func choking() async throws {
        let bench = try SubscriberBench(.streaming)
        await bench.harm { $0.faults.chokesOn = ["subscribe user1 "] }
        try await bench.start()
        let connector = try #require(await bench.engine.status().connectors.first)
        #expect(connector.phase == .online)
        #expect(connector.subscriptions.active == 5)
        #expect(connector.subscriptions.failed == 1)
        #expect(bench.log.lines(with: "Cannot subscribe to user1").count == 1)
        await bench.harm { $0.faults.chokesOn = [] }
        await bench.advance(by: 1_200)
        #expect(await bench.engine.status().connectors.first?.subscriptions.active == 6)
    }

    @Test("one of a former run that the server cannot even end does not keep its mailbox from a new one")
    func chokingLeftover() async throws {
        let bench = try SubscriberBench(.pull)
        try await bench.start()
        // The next run begins as after a kill.
        await bench.harm { $0.faults.chokesOn = ["unsubscribe 1"] }
        try await bench.start()
        #expect(await bench.engine.status().connectors.first?.subscriptions.active == 6)
        #expect(await bench.engine.status().connectors.first?.phase == .online)
    }

    @Test(
        "three channels of a group that stay silent: changes are asked for; streaming is tried by one group and is back"
    )
    func fallback() async throws {
        let tempo = SubscriptionTempo(pollInterval: 60, methodRetry: 3_600)
        let bench = try SubscriberBench(.streaming, .pull, tempo: tempo)
        await bench.harm { $0.faults.isBuffering = true }
        try await bench.start()
        #expect(await bench.method() == .streaming)
        await bench.advance(by: 120)
        #expect(await bench.method() == .pull)
        #expect(await bench.counts() == SubscriptionCounts(active: 6))
        #expect(bench.log.lines(with: "Changes are asked for by pull from now on; tried again at").count == 1)
        await bench.book(0)
        await bench.advance(by: 60)
        #expect(await bench.presence(of: 0) == .meeting)

        // The first try fails, without harm to the others.
        var before = bench.server.calls.count
        await bench.advance(by: 3_700)
        #expect(bench.calls(since: before, with: "by streaming").count == 3)
        #expect(await bench.method() == .pull)
        #expect(await bench.counts() == SubscriptionCounts(active: 6))

        await bench.harm { $0.faults.isBuffering = false }
        before = bench.server.calls.count
        await bench.advance(by: 7_200)
        #expect(bench.calls(since: before, with: "by streaming").count == 6)
        #expect(await bench.method() == .streaming)
        #expect(bench.log.lines(with: "Changes are told by streaming again").count == 1)
        await bench.book(5)
        #expect(await bench.presence(of: 5) == .meeting)
    }

    @Test(
        "where no more channels are allowed, that group goes on by pull and the others stream; later it streams again"
    )
    func limit() async throws {
        let bench = try SubscriberBench(.streaming, .pull)
        try await bench.start()
        let channel = try bench.channel(of: 0)
        await bench.harm { state in
            state.faults.isLimited = true
            state.end(channel, .failed(.broken))
        }
        await bench.advance(by: 2)
        #expect(bench.calls(with: "by pull").count == 3)
        #expect(await bench.method() == .streaming)
        #expect(
            bench.log.lines(with: "Changes of 3 users are asked for by pull from now on: Too many channels.").count == 1
        )
        await bench.book(5)
        #expect(await bench.presence(of: 5) == .meeting)
        await bench.book(0)
        await bench.advance(by: 60)
        #expect(await bench.presence(of: 0) == .meeting)
        #expect(await bench.engine.status().connectors.first?.failure != nil)
        bench.server.mend()
        let before = bench.server.calls.count
        await bench.advance(by: 3_600)
        #expect(bench.calls(since: before, with: "by streaming").count == 3)
        #expect(await bench.counts() == SubscriptionCounts(active: 6))
        #expect(await bench.engine.status().connectors.first?.failure == nil)
    }

    @Test("a channel that is refused again and again, while other requests are answered: changes are asked for")
    func refusedChannels() async throws {
        let bench = try SubscriberBench(.streaming, .pull)
        await bench.harm { $0.faults.isRefusing = true }
        try await bench.start()
        await bench.advance(by: 10)
        #expect(await bench.method() == .pull)
        #expect(await bench.counts() == SubscriptionCounts(active: 6))
        // A trial that ends in the same way is over, too.
        await bench.advance(by: 3_600)
        await bench.book(0)
        await bench.advance(by: 120)
        #expect(await bench.presence(of: 0) == .meeting)
    }

    @Test("a trial of streaming that ends at the limit of channels is repeated later")
    func limitedTrial() async throws {
        let bench = try SubscriberBench(.streaming, .pull, tempo: SubscriptionTempo(methodRetry: 3_600))
        await bench.harm { $0.faults.unknownMethods = [.streaming] }
        try await bench.start()
        await bench.harm { state in
            state.faults.unknownMethods = []
            state.faults.isLimited = true
        }
        await bench.advance(by: 3_600)
        #expect(await bench.counts() == SubscriptionCounts(active: 6))
        bench.server.mend()
        await bench.advance(by: 7_200)
        #expect(await bench.method() == .streaming)
    }

    @Test(
        "a server that starts over gives ids anew: no change is taken for that of another mailbox, and none is missed"
    )
    func startedOver() async throws {
        let bench = try SubscriberBench(.streaming)
        try await bench.start()
        // The second group does not notice: its connection just hangs.
        let channel = try bench.channel(of: 5)
        await bench.harm { state in
            state.channels[channel]?.isMuted = true
            state.restart()
        }
        await bench.advance(by: 10)
        // Whose id was given to the first group is lost, and asked for anew.
        #expect(await bench.counts() == SubscriptionCounts(active: 6))
        for index in bench.users.indices {
            let before = bench.server.calls.count
            await bench.book(index)
            #expect(bench.calls(since: before) == ["read user\(index)"])
            #expect(await bench.presence(of: index) == .meeting)
        }
        let remembered = (await bench.store.remembered["hq"] ?? [:]).mapValues(\.mailbox)
        #expect(remembered.values.sorted() == bench.users)
        #expect(remembered.allSatisfy { bench.server.owners[$0.key] == $0.value })
    }

    @Test("the end of a channel that gave way to a newer one is no trouble")
    func newerChannel() async throws {
        let bench = try SubscriberBench(users: 3, .streaming)
        try await bench.start()
        await bench.harm { $0.lose("2") }
        await bench.advance(by: 60)
        #expect(bench.calls(with: "listen").count == 2)
        #expect(bench.server.parked == 1)
        #expect(bench.log.lines(with: "interrupted").isEmpty)
    }

    @Test("ids that a server gave to somebody else, when it started over, are found out by the next that comes twice")
    func somebodyElse() async throws {
        let bench = try SubscriberBench(users: 3, .streaming)
        try await bench.start()
        // Their mailboxes get 4 and 5.
        await bench.harm { $0.lose("2") }
        await bench.harm { $0.lose("3") }
        let stranger = try #require(MailboxAddress("stranger@example.org"))
        await bench.harm { state in
            let taken = ["1", "5"].compactMap { id in state.held[id].map { (id, $0) } }
            state.restart()
            for (id, held) in taken {
                state.held[id] = held
                state.held[id]?.mailbox = stranger
                state.held[id]?.client = nil
            }
            // The mailbox of 4, which is lost, is given the one that the other mailbox had at first.
            state.lastID = 2
        }
        await bench.advance(by: 30)
        for index in bench.users.indices {
            await bench.book(index)
            #expect(await bench.presence(of: index) == .meeting)
        }
    }

    @Test("a server that does not call back is told of once, and asked anew ever more rarely; a call ends it")
    func callback() async throws {
        let bench = try SubscriberBench(users: 3, .push, tempo: SubscriptionTempo(pushSilence: 600))
        try await bench.start()
        await bench.harm { $0.faults.isCallbackBlocked = true }
        await bench.book(0)
        #expect(await bench.presence(of: 0) == .available)
        await bench.advance(by: 600)
        #expect(await bench.presence(of: 0) == .meeting)
        #expect(bench.calls(with: "unsubscribe").count == 3)
        await bench.advance(by: 600)
        #expect(bench.log.lines(with: "The server promised to call back").count == 1)
        #expect(await bench.engine.status().connectors.first?.failure?.diagnosis.id == "callback.unreachable")
        #expect(bench.calls(with: "subscribe user").count == 6)
        await bench.advance(by: 899)
        #expect(bench.calls(with: "subscribe user").count == 6)
        await bench.harm { $0.faults.isCallbackBlocked = false }
        await bench.advance(by: 901)
        #expect(bench.calls(with: "subscribe user").count == 9)
        await bench.harm { $0.beat() }
        #expect(bench.log.lines(with: "The server calls back again").count == 1)
        #expect(await bench.engine.status().connectors.first?.failure == nil)
    }

    @Test("a change counts as missed when a reconciliation finds it and nothing tells of it", arguments: [true, false])
    func drift(_ isTold: Bool) async throws {
        let bench = try SubscriberBench(users: 1, .streaming, reconcile: 3_600)
        try await bench.start()
        await bench.advance(by: 3_590)
        await bench.book(0, isTold: false)
        await bench.advance(by: 20)
        #expect(await bench.presence(of: 0) == .meeting)
        if isTold { await bench.harm { $0.deliver(.news([.changed(["1"])]), to: 1) } }
        await bench.advance(by: 120)
        #expect(await bench.engine.status().missedChanges == (isTold ? 0 : 1))
        #expect(bench.observer.missedChanges == (isTold ? [] : ["hq"]))
        #expect(bench.log.lines(with: "no notification had told of it").count == (isTold ? 0 : 1))
    }

    @Test("where nothing would have told, a change that a reconciliation finds was not missed")
    func noDrift() async throws {
        let bench = try SubscriberBench(users: 1, .streaming, reconcile: 3_600)
        await bench.harm { $0.faults.refused = [bench.users[0]] }
        try await bench.start()
        await bench.advance(by: 3_590)
        await bench.book(0, isTold: false)
        await bench.advance(by: 200)
        #expect(await bench.engine.status().missedChanges == 0)
    }

    @Test("a reconciliation reads everybody once in its interval, a request's worth at a time, evenly spread")
    func reconciliation() async throws {
        let bench = try SubscriberBench(users: 12, .streaming, reconcile: 3_600)
        try await bench.start()
        var times: [TimeInterval] = []
        var read: [String] = []
        let start = bench.clock.now
        while bench.clock.now < start + 3_600 {
            let before = bench.server.calls.count
            await bench.advance(by: 60)
            let calls = bench.calls(since: before, with: "read")
            if !calls.isEmpty { times.append(bench.clock.now.timeIntervalSince(start)) }
            read += calls.flatMap { $0.split(separator: " ").dropFirst().map(String.init) }
        }
        #expect(times == [1_200, 2_400, 3_600])
        #expect(read.sorted() == bench.users.map { String($0.text.prefix { $0 != "@" }) }.sorted())
    }
}
