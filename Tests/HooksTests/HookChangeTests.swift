import Availability
import Foundation
import Hooks
import Store
import TestSupport
import Testing

@Suite("Hooks that come, go and change while events are delivered")
struct HookChangeTests {
    let folder: TemporaryFolder
    let database: PresenceDatabase
    let scheduler = ManualScheduler(now: monday)
    let pbx: ScriptedHook
    let web: ScriptedHook
    let dispatcher: HookDispatcher
    let outbox: FlakyOutbox

    init() async throws {
        folder = try TemporaryFolder()
        database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: monday).database
        let users = try (0..<5).map { try user(mailbox("user\($0)")) }
        _ = try await database.sync(Roster(users: users, hooks: ["pbx", "web"]), at: monday, staleAfter: 86_400)
        pbx = ScriptedHook(clock: scheduler)
        web = ScriptedHook(name: "web", clock: scheduler)
        outbox = FlakyOutbox(database)
        dispatcher = HookDispatcher(
            hooks: [pbx],
            outbox: outbox,
            scheduler: scheduler,
            logger: LogBook().logger,
            jitter: { 0 }
        )
        await dispatcher.start()
    }

    @Test("one that comes is told what waits for it; one that stays is told nothing twice")
    func comes() async throws {
        try await tell("1", of: "user1", [.unknown, .meeting])
        await dispatcher.idle()
        await dispatcher.change(to: [pbx, web])
        await dispatcher.idle()
        #expect(web.arrivals.map(\.event.id) == ["1"])
        #expect(pbx.arrivals.map(\.event.id) == ["1"])
    }

    @Test("one that goes is asked for nothing more, and what it had under way comes to its end")
    func goes() async throws {
        pbx.hold()
        try await tell("1", of: "user1", [.unknown, .meeting])
        await pbx.held(1)
        await dispatcher.change(to: [])
        try await tell("2", of: "user2", [.unknown, .meeting])
        pbx.letGo()
        await dispatcher.idle()
        #expect(pbx.arrivals.map(\.event.id) == ["1"])
        #expect(try await database.statistics()["pbx"]?.delivered == 1)
        #expect(scheduler.deadlines.isEmpty)
    }

    @Test("one that goes and comes back goes on where it was, a user's events in their order")
    func comesBack() async throws {
        pbx.hold()
        try await tell("1", of: "user1", [.unknown, .meeting])
        await pbx.held(1)
        await dispatcher.change(to: [])
        try await tell("2", of: "user1", [.meeting, .away])
        let other = ScriptedHook(clock: scheduler)
        await dispatcher.change(to: [other])
        pbx.letGo()
        await dispatcher.idle()
        #expect(pbx.arrivals.map(\.event.id) == ["1"])
        #expect(other.arrivals.map(\.event.id) == ["2"])
        #expect(other.arrivals.first?.event.previous == .meeting)
    }

    @Test("one that goes while the disk fails and comes back has its deliveries noted, and goes on")
    func comesBackAfterTrouble() async throws {
        pbx.hold()
        try await tell("1", of: "user1", [.unknown, .meeting])
        await pbx.held(1)
        outbox.fail(.delivered, times: 1)
        await dispatcher.change(to: [])
        pbx.letGo()
        await dispatcher.idle()
        await dispatcher.change(to: [pbx])
        try await tell("2", of: "user1", [.meeting, .away])
        await dispatcher.idle()
        while let next = scheduler.deadlines.values.min() {
            await scheduler.advance(to: next)
            await dispatcher.idle()
        }
        #expect(pbx.delivered.map(\.id) == ["1", "2"])
        #expect(try await database.statistics()["pbx"]?.delivered == 2)
    }

    @Test("a slow one does not hold up the others while it is exchanged")
    func slow() async throws {
        await dispatcher.change(to: [pbx, web])
        pbx.hold()
        try await tell("1", of: "user1", [.unknown, .meeting])
        await pbx.held(1)
        let other = ScriptedHook(clock: scheduler)
        await dispatcher.change(to: [other, web])
        try await tell("2", of: "user2", [.unknown, .away])
        while !web.arrivals.contains(where: { $0.event.id == "2" }) { await Task.yield() }
        while !other.arrivals.contains(where: { $0.event.id == "2" }) { await Task.yield() }
        #expect(pbx.underWay.count == 1)
        pbx.letGo()
        await dispatcher.idle()
    }

    private func tell(_ id: String, of name: String, _ change: [Presence]) async throws {
        let event = event(id, of: try mailbox(name), change[0], change[1])
        let update = UserUpdate(mailbox: event.user, current: event.current, event: event)
        try await database.record([update], for: ["pbx", "web"])
        dispatcher.wake()
    }
}
