import Availability
import Foundation
import Hooks
import Logging
import Store
import TestSupport
import Testing

@Suite("The dispatcher")
struct DispatcherTests {
    let folder: TemporaryFolder
    let database: PresenceDatabase
    let outbox: FlakyOutbox
    let scheduler = ManualScheduler(now: monday)
    let hook: ScriptedHook
    let log = LogBook()
    let dispatcher: HookDispatcher

    init() async throws {
        folder = try TemporaryFolder()
        database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: monday).database
        let users = try (0..<20).map { try user(mailbox("user\($0)")) }
        _ = try await database.sync(Roster(users: users, hooks: ["pbx", "web"]), at: monday, staleAfter: 86_400)
        outbox = FlakyOutbox(database)
        hook = ScriptedHook(clock: scheduler)
        dispatcher = HookDispatcher(
            hooks: [hook],
            outbox: outbox,
            scheduler: scheduler,
            logger: log.logger,
            jitter: { 0 }
        )
    }

    @Test("delivers what waits at the start, and what was under way in an earlier life, with the same identifier")
    func start() async throws {
        let told = [event("1", of: try mailbox("user1")), event("2", of: try mailbox("user2"))]
        try await tell(told)
        _ = try await database.take(for: "pbx", dueAt: monday, limit: 1)
        await dispatcher.start()
        await dispatcher.idle()
        #expect(Set(hook.arrivals.map(\.event)) == Set(told))
        #expect(try await database.statistics()["pbx"] == OutboxStatistics(delivered: 2))
    }

    @Test("delivers what is new when it is woken, and each once")
    func wake() async throws {
        await dispatcher.start()
        await dispatcher.idle()
        for number in 1...3 {
            try await tell([event("\(number)", of: try mailbox("user1"))])
            for _ in 0..<5 { dispatcher.wake() }
            await dispatcher.idle()
        }
        #expect(hook.arrivals.map(\.event.id) == ["1", "2", "3"])
        #expect(scheduler.deadlines.isEmpty)
    }

    @Test("tries a failed delivery again after 1, 2, 4, 8 seconds")
    func retries() async throws {
        try await tell([event("1", of: try mailbox("user1"))])
        hook.fail(with: Array(repeating: .down(), count: 4))
        await dispatcher.start()
        await runUntilQuiet()
        #expect(hook.arrivals.map { $0.at.timeIntervalSince(monday) } == [0, 1, 3, 7, 15])
        #expect(Set(hook.arrivals.map(\.event.id)) == ["1"])
        let statistics = try await database.statistics()["pbx"]
        let error = "hook.test: The receiver is down."
        #expect(
            statistics
                == OutboxStatistics(delivered: 1, failed: 4, lastError: error, lastErrorAt: monday + 7)
        )
    }

    @Test("waits as long as the receiver asks for")
    func askedToWait() async throws {
        try await tell([event("1", of: try mailbox("user1"))])
        hook.fail(with: [.down(.after(90))])
        await dispatcher.start()
        await runUntilQuiet()
        #expect(hook.arrivals.map(\.at) == [monday, later(90)])
    }

    @Test("gives an event up when another attempt is no use, says so, and goes on with the next")
    func givingUp() async throws {
        try await tell([event("1", of: try mailbox("user1"))])
        hook.fail(with: [.down(.never)])
        await dispatcher.start()
        await runUntilQuiet()
        try await tell([event("2", of: try mailbox("user1"))])
        dispatcher.wake()
        await dispatcher.idle()
        #expect(hook.arrivals.map(\.event.id) == ["1", "2"])
        let lines = log.lines(
            "Hook pbx failed for user1@example.com for good, not tried again: The receiver is down. Start it."
        )
        #expect(lines.map(\.level) == [.error])
        #expect(lines.first?.metadata["user"] == "user1@example.com")
        #expect(lines.first?.metadata["hook"] == "pbx")
        #expect(lines.first?.metadata["diagnosis"]?.description == "hook.test")
    }

    @Test("tells only the newest of what happened while the receiver was down")
    func newestWins() async throws {
        let user = try mailbox("user1")
        try await tell([event("1", of: user, .available, .meeting)])
        hook.fail(with: [.down(.after(60))])
        await dispatcher.start()
        await dispatcher.idle()
        try await tell([event("2", of: user, .meeting, .away)])
        try await tell([event("3", of: user, .away, .unknown)])
        dispatcher.wake()
        await runUntilQuiet()
        #expect(hook.arrivals.map(\.event.id) == ["1", "3"])
        #expect(hook.arrivals.last?.event.previous == .available)
        #expect(hook.arrivals.last?.at == later(60))
    }

    @Test("delivers to as many users at once as the hook allows, and never two events of one user")
    func concurrency() async throws {
        try await tell(try (0..<10).map { event("a\($0)", of: try mailbox("user\($0)")) })
        hook.hold()
        await dispatcher.start()
        await hook.held(4)
        // Newer events of the same users, while the first are under way.
        try await tell(try (0..<10).map { event("b\($0)", of: try mailbox("user\($0)"), .meeting, .away) })
        dispatcher.wake()
        #expect(Set(hook.underWay).count == 4)
        hook.letGo()
        await dispatcher.idle()
        #expect(hook.most == 4)
        let ofFirst = hook.arrivals.map(\.event).filter { $0.user.text == "user0@example.com" }
        #expect(ofFirst.map(\.id) == ["a0", "b0"])
        #expect(try await database.statistics()["pbx"]?.queued == 0)
    }

    @Test("a hook that hangs does not hold up another")
    func separateLanes() async throws {
        let other = ScriptedHook(name: "web", clock: scheduler)
        let both = HookDispatcher(hooks: [hook, other], outbox: outbox, scheduler: scheduler, logger: log.logger)
        try await tell([event("1", of: try mailbox("user1"))], to: ["pbx", "web"])
        hook.hold()
        other.hold()
        await both.start()
        await hook.held(1)
        await other.held(1)
        other.letGo()
        try await tell([event("2", of: try mailbox("user2"))], to: ["web"])
        other.hold()
        both.wake()
        await other.held(1)
        #expect(hook.underWay.count == 1)
        other.letGo()
        hook.letGo()
        await both.idle()
        #expect(try await database.statistics().values.allSatisfy { $0.queued == 0 })
    }

    @Test("a delivery that the outbox could not note is noted later, and not repeated")
    func unsettled() async throws {
        try await tell([event("1", of: try mailbox("user1"))])
        outbox.fail(.delivered, times: 3)
        await dispatcher.start()
        await runUntilQuiet()
        #expect(hook.arrivals.count == 1)
        #expect(try await database.statistics()["pbx"] == OutboxStatistics(delivered: 1))
        #expect(log.lines("Outbox works again").count == 1)
    }

    @Test(
        "goes on when the outbox works again",
        arguments: [FlakyOutbox.Call.releaseAll, .take, .failed, .nextDue]
    )
    func storeFailures(_ call: FlakyOutbox.Call) async throws {
        try await tell([event("1", of: try mailbox("user1"))])
        hook.fail(with: [.down()])
        outbox.fail(call, times: 3)
        await dispatcher.start()
        await runUntilQuiet()
        #expect(hook.arrivals.map(\.event.id) == ["1", "1"])
        #expect(try await database.statistics()["pbx"]?.queued == 0)
        let told = log.lines("Outbox failed and will be tried again: There is no room. Make room.")
        #expect(told.first?.metadata["diagnosis"]?.description == "store.full")
    }

    @Test("stopping waits for what is under way, notes it, and takes nothing more")
    func stop() async throws {
        try await tell(try (0..<6).map { event("\($0)", of: try mailbox("user\($0)")) })
        hook.hold()
        await dispatcher.start()
        await hook.held(4)
        async let stopped: Void = dispatcher.stop()
        hook.letGo()
        await stopped
        let statistics = try await database.statistics()["pbx"]
        #expect(hook.underWay.isEmpty)
        // Depending on which came first, stopping or the end of the deliveries, the last two were taken or not.
        #expect(statistics?.delivered == hook.arrivals.count)
        let count = hook.arrivals.count
        try await tell([event("9", of: try mailbox("user9"))])
        dispatcher.wake()
        await dispatcher.idle()
        #expect(hook.arrivals.count == count)
        #expect(scheduler.deadlines.isEmpty)
        await dispatcher.start()
        await dispatcher.idle()
        #expect(hook.arrivals.count == 7)
    }

    @Test("tells of the first, second, fourth, eighth failure in a row, whose and why, and once of the recovery")
    func limitedLog() async throws {
        try await tell([event("1", of: try mailbox("user1"))])
        hook.fail(with: Array(repeating: .down(), count: 10))
        await dispatcher.start()
        await runUntilQuiet()
        let told = log.lines.filter { $0.level == .warning }
        #expect(
            told.map(\.message) == [
                "Hook pbx failed for user1@example.com, tried again in 1 s: The receiver is down. Start it.",
                "Hook pbx failed for user1@example.com, 2 failures in a row, tried again in 2 s: "
                    + "The receiver is down. Start it.",
                "Hook pbx failed for user1@example.com, 4 failures in a row, tried again in 8 s: "
                    + "The receiver is down. Start it.",
                "Hook pbx failed for user1@example.com, 8 failures in a row, tried again in 2 min: "
                    + "The receiver is down. Start it.",
            ]
        )
        #expect(told.compactMap { $0.metadata["failures"] } == ["1", "2", "4", "8"])
        #expect(told.allSatisfy { $0.metadata["hook"] == "pbx" && $0.metadata["user"] == "user1@example.com" })
        #expect(told.allSatisfy { $0.metadata["diagnosis"]?.description == "hook.test" })
        let recoveries = log.lines("Hook pbx delivers again")
        #expect(recoveries.map(\.message) == ["Hook pbx delivers again after 10 failures"])
        #expect(recoveries.map(\.metadata) == [["event": "hook-recovered", "hook": "pbx", "failures": "10"]])
    }

    @Test("through a storm of changes and failures: in order, the newest last, never two at once", arguments: [7, 8])
    func storm(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        await dispatcher.start()
        var newest: [MailboxAddress: String] = [:]
        for number in 1...400 {
            let user = try mailbox("user\(Int.random(in: 0..<20, using: &random))")
            let presence = Presence.allCases.randomElement(using: &random) ?? .away
            try await tell([event("\(number)", of: user, .unknown, presence, sequence: Int64(number))])
            newest[user] = "\(number)"
            if Bool.random(using: &random) { hook.fail(with: [.down()]) }
            dispatcher.wake()
            if Int.random(in: 0..<10, using: &random) == 0 { await scheduler.advance(by: 1) }
        }
        await runUntilQuiet()
        for (user, id) in newest {
            let sequences = hook.arrivals.map(\.event).filter { $0.user == user }.map(\.current.sequence)
            #expect(sequences == sequences.sorted())
            #expect(sequences.last == Int64(id))
        }
        #expect(hook.mostOfOneUser == 1)
        #expect(try await database.statistics()["pbx"]?.queued == 0)
    }

    private func tell(_ events: [PresenceEvent], to hooks: [String] = ["pbx"]) async throws {
        let updates = events.map { UserUpdate(mailbox: $0.user, current: $0.current, event: $0) }
        try await database.record(updates, for: hooks)
    }

    /// Moves the clock from deadline to deadline until none is left.
    private func runUntilQuiet() async {
        await dispatcher.idle()
        while let next = scheduler.deadlines.values.min() {
            await scheduler.advance(to: next)
            await dispatcher.idle()
        }
    }
}
