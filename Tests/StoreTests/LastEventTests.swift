import Availability
import Foundation
import Store
import TestSupport
import Testing

@Suite("The last event of a user that goes")
struct LastEventTests {
    /// How a user goes.
    enum Way: String, CaseIterable, Sendable {
        case removed, disabled
    }

    let workplace: Workplace
    let database: PresenceDatabase
    let ada: MailboxAddress

    init() async throws {
        workplace = try await Workplace(users: [user("ada", phoneExtension: "201"), user("bob")])
        database = workplace.database
        ada = try mailbox("ada")
    }

    @Test(
        "says to every hook that nothing is known any more, follows on what was shown, and comes once",
        arguments: Way.allCases
    )
    func last(_ way: Way) async throws {
        try await deliver(event("1", of: ada, .unknown, .meeting, phoneExtension: "201", sequence: 5))
        try await leave(way)
        try await leave(way)
        for hook in ["pbx", "web"] {
            let told = try await take(hook)
            #expect(told.map(\.event.user) == [ada])
            let event = try #require(told.first?.event)
            #expect(event.current.presence == .unknown)
            #expect(event.current.reason == .noData)
            #expect(event.current.until == nil)
            #expect(event.current.sequence == 6)
            #expect(event.previous == .meeting)
            #expect(event.freshness == .unknown)
            #expect(event.phoneExtension == "201")
            #expect(event.at == later(60))
            #expect(UUID(uuidString: event.id) != nil)
        }
    }

    @Test("is not needed where nothing was shown", arguments: Way.allCases, [true, false])
    func nothingShown(_ way: Way, wasAssessed: Bool) async throws {
        let update = UserUpdate(mailbox: ada, current: current(.unknown))
        if wasAssessed { try await database.record([update], for: ["pbx"]) }
        try await leave(way)
        #expect(try await take("pbx").isEmpty)
    }

    @Test("survives a restart, and a delivery that was under way", arguments: Way.allCases)
    func restart(_ way: Way) async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting, phoneExtension: "201"))
        #expect(try await take("pbx").map(\.event.id) == ["1"])
        try await leave(way)
        #expect(try await take("pbx").isEmpty)
        try database.close()
        let again = try PresenceDatabase.open(path: database.path, at: later(120)).database
        try await again.releaseAll()
        let first = try #require(try await again.take(for: "pbx", dueAt: later(120), limit: 9).first)
        #expect(first.event.id == "1")
        try await again.delivered([first], at: later(120))
        let last = try #require(try await again.take(for: "pbx", dueAt: later(120), limit: 9).first)
        #expect(last.event.previous == .meeting)
        #expect(last.event.current.presence == .unknown)
        try await again.delivered([last], at: later(121))
        #expect(try await again.statistics()["pbx"]?.queued == 0)
    }

    @Test(
        "takes the place of one that waits or fails, and goes on from what the receiver shows",
        arguments: Way.allCases
    )
    func coalescing(_ way: Way) async throws {
        try await deliver(event("1", of: ada, .unknown, .available, phoneExtension: "201"))
        try await workplace.tell(event("2", of: ada, .available, .meeting, phoneExtension: "201"), to: ["pbx", "web"])
        let failing = try #require(try await take("pbx").first)
        try await leave(way)
        try await database.failed(failing, at: later(61), retryAt: later(90), why: "down")
        #expect(try await database.nextDue(for: "pbx") == later(90))
        for hook in ["pbx", "web"] {
            let told = try await take(hook)
            #expect(told.map(\.event.previous) == [.available])
            #expect(told.map(\.event.current.presence) == [.unknown])
        }
    }

    @Test("is followed by what a user shows that comes back", arguments: Way.allCases)
    func comingBack(_ way: Way) async throws {
        try await deliver(event("1", of: ada, .unknown, .meeting, phoneExtension: "201"))
        try await leave(way)
        let last = try #require(try await take("pbx").first)
        _ = try await database.syncUsers([user("ada", phoneExtension: "201"), user("bob")], at: later(70))
        #expect(try await (workplace.record("ada")?.current?.presence ?? .unknown) == .unknown)
        let next = event("2", of: ada, .unknown, .away, phoneExtension: "201", sequence: 1_000, at: later(80))
        try await workplace.tell(next, to: ["pbx", "web"])
        #expect(try await take("pbx").isEmpty)
        try await database.delivered([last], at: later(90))
        #expect(try await take("pbx").map(\.event) == [next])
        // It had not been told the last event yet, and still shows the meeting.
        let replaced = try await take("web")
        #expect(replaced.map(\.event.id) == ["2"])
        #expect(replaced.first?.event.previous == .meeting)
    }

    @Test("is really the last: what was read of a disabled user meanwhile is left out")
    func readMeanwhile() async throws {
        try await deliver(event("1", of: ada, .unknown, .meeting, phoneExtension: "201"))
        try await leave(.disabled)
        try await workplace.tell(event("2", of: ada, .meeting, .available, phoneExtension: "201", sequence: 2))
        #expect(try await take("pbx").map(\.event.current.presence) == [.unknown])
        #expect(try await workplace.record("ada")?.current?.presence == .unknown)
    }

    @Test("goes with a hook that is taken out")
    func forgottenHook() async throws {
        try await deliver(event("1", of: ada, .unknown, .meeting, phoneExtension: "201"))
        try await leave(.removed)
        try await database.syncHooks(["pbx"], at: later(61))
        #expect(try await database.statistics().mapValues(\.queued) == ["pbx": 1])
    }

    private func leave(_ way: Way) async throws {
        let rest = try [user("bob")] + (way == .disabled ? [user("ada", phoneExtension: "201", isEnabled: false)] : [])
        _ = try await database.syncUsers(rest, at: later(60))
    }

    private func deliver(_ told: PresenceEvent) async throws {
        try await workplace.tell(told, to: ["pbx", "web"])
        for hook in ["pbx", "web"] {
            for entry in try await take(hook) { try await database.delivered([entry], at: later(1)) }
        }
    }

    private func take(_ hook: String) async throws -> [OutboxEntry] {
        try await database.take(for: hook, dueAt: later(3_600), limit: 100)
    }
}
