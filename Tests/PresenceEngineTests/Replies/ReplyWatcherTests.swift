import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

@Suite("Automatic replies between the scans")
struct ReplyWatcherTests {
    @Test("a reply that is set is shown within a minute, with its words, and one that is ended goes")
    func change() async throws {
        let bench = try ReplyBench()
        try await bench.start()
        await bench.set(ReplyBench.away)
        await bench.advance(by: 60)
        #expect(await bench.presence() == .away)
        #expect(await bench.announcement() == "Gone fishing")
        await bench.set(ReplyBench.back)
        await bench.advance(by: 60)
        #expect(await bench.presence() == .available)
    }

    @Test("a reply seen by hint and reading proves the server, once in the log; then only whose hint changes is read")
    func trusted() async throws {
        let bench = try ReplyBench(users: 250)
        await bench.set(ReplyBench.away, of: 7)
        try await bench.start()
        #expect(await bench.method() == .unproven)
        await bench.advance(by: 120)
        #expect(await bench.method() == .hints)
        #expect(bench.log.lines(with: "have proven right").count == 1)
        await bench.source.forgetRequests()
        let before = await bench.hints.requests.count
        await bench.set(ReplyBench.away, of: 99)
        await bench.advance(by: 300)
        #expect(await bench.presence(of: 99) == .away)
        #expect(await bench.hints.requests.count - before == 15)
        // The other is the daily round's.
        let asked = await bench.source.repliesAsked
        #expect(asked.count <= 2)
        #expect(bench.log.lines(with: "have proven right").count == 1)
    }

    @Test("a server whose hints say nothing is asked no more, and changes are noticed all the same")
    func untold() async throws {
        let bench = try ReplyBench()
        await bench.hints.answer(.always(.untold))
        try await bench.start()
        await bench.advance(by: 60)
        #expect(await bench.method() == .rotation)
        #expect(bench.log.lines(with: "say nothing of them").count == 1)
        await bench.set(ReplyBench.away, of: 2)
        await bench.advance(by: 60)
        #expect(await bench.presence(of: 2) == .away)
        #expect(await bench.hints.requests.count == 1)
    }

    @Test("a liar is found out and told of, and tried again after a day")
    func liar() async throws {
        let bench = try ReplyBench()
        await bench.hints.answer(.neverActive)
        await bench.set(ReplyBench.away, of: 1)
        try await bench.start()
        await bench.advance(by: 180)
        #expect(await bench.method() == .rotation)
        #expect(bench.log.lines(with: "they said of user1001@example.com that none is sent").count == 1)
        await bench.hints.answer(.truthful)
        await bench.advance(by: 86_400 + 120)
        #expect(await bench.method() == .hints)
    }

    @Test("a scheduled reply begins and ends by our clock, to the second, without a reading")
    func scheduled() async throws {
        let bench = try ReplyBench()
        let window = TimeWindow(start: EngineBench.monday + 3_605, end: EngineBench.monday + 7_207)
        await bench.set(AutomaticReply(state: .scheduled, duration: window, internalText: "At the dentist"))
        await bench.set(ReplyBench.away, of: 1)
        try await bench.start()
        await bench.advance(by: 120)
        await bench.source.forgetRequests()
        await bench.advance(by: 3_604 - 120)
        #expect(await bench.presence() == .available)
        await bench.advance(by: 1)
        #expect(await bench.presence() == .away)
        #expect(await bench.announcement() == "At the dentist")
        await bench.advance(by: 3_601)
        #expect(await bench.presence() == .away)
        await bench.advance(by: 1)
        #expect(await bench.presence() == .available)
        #expect(await !bench.source.repliesAsked.contains(bench.users[0]))
        await bench.advance(by: 120)
        #expect(await bench.method() == .hints)
    }

    @Test("a server that gives no hints for good says why, and reading goes on; calendars are not held up")
    func refused() async throws {
        let bench = try ReplyBench()
        let diagnosis = Diagnosis(id: "server.fault", summary: "ErrorMailTipsDisabled.", remedy: "Wait.")
        await bench.hints.answer(.failing(SourceFailure(diagnosis, retry: .never, isOfRequest: true)))
        try await bench.start()
        await bench.advance(by: 60)
        #expect(await bench.method() == .rotation)
        #expect(bench.log.lines(with: "the server gives no hints (ErrorMailTipsDisabled);").count == 1)
        #expect(await bench.engine.status().connectors.first?.phase == .online)
        await bench.set(ReplyBench.away)
        await bench.advance(by: 60)
        #expect(await bench.presence() == .away)
    }

    @Test("a server that is away is not asked until it is back, and then goes on where it was")
    func outage() async throws {
        let bench = try ReplyBench()
        try await bench.start()
        let diagnosis = Diagnosis(id: "tcp.unreachable", summary: "Gone.", remedy: "Wait.")
        await bench.hints.answer(.failing(SourceFailure(diagnosis, retry: .after(600))))
        await bench.source.goAway(with: SourceFailure(diagnosis, retry: .after(600)))
        await bench.advance(by: 599)
        // One of each kind was under way when it went.
        #expect(await bench.hints.requests.count <= 1)
        await bench.hints.answer(.truthful)
        await bench.source.goAway(with: nil)
        await bench.set(ReplyBench.away, of: 2)
        await bench.advance(by: 200)
        #expect(await bench.presence(of: 2) == .away)
        #expect(await bench.method() == .hints)
    }

    @Test("where hints cannot be asked for, that is told once, and everybody is read in rotation")
    func obstacle() async throws {
        let diagnosis = Diagnosis(id: "account.no-address", summary: "No address.", remedy: "Set it.")
        let bench = try ReplyBench(obstacle: diagnosis)
        try await bench.start()
        await bench.set(ReplyBench.away)
        await bench.advance(by: 60)
        #expect(await bench.presence() == .away)
        #expect(await bench.hints.requests.isEmpty)
        #expect(await bench.method() == .rotation)
        #expect(bench.log.lines(with: "No address. Set it.").count == 1)
    }

    @Test("a mailbox whose reply may not be read is told of once, and does not hold up the others")
    func failing() async throws {
        let bench = try ReplyBench()
        let denied = Diagnosis(id: "calendar.no-access", summary: "Denied.", remedy: "Grant it.")
        await bench.source.failReply(of: bench.users[0], with: MailboxFailure(denied, retry: .later))
        try await bench.start()
        await bench.set(ReplyBench.away, of: 1)
        await bench.advance(by: 600)
        #expect(await bench.presence(of: 1) == .away)
        #expect(bench.log.lines(with: "Cannot read user1000@example.com").count == 1)
        #expect(await bench.source.repliesAsked.count { $0 == bench.users[0] } == 0)
    }

    @Test("the engine stops also while the server is thinking about hints")
    func stopping() async throws {
        let bench = try ReplyBench()
        try await bench.start()
        await bench.hints.hold()
        await bench.clock.advance(by: 60)
        while await bench.hints.requests.isEmpty { await Task.yield() }
        async let stopped: Void = bench.engine.stop()
        await bench.hints.release()
        await stopped
        #expect(bench.clock.deadlines.isEmpty)
        let count = await bench.hints.requests.count
        await bench.clock.advance(by: 3_600)
        #expect(await bench.hints.requests.count == count)
    }
}
