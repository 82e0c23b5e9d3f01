import Availability
import Foundation
import Store
import TestSupport
import Testing

@Suite("Hooks that come and go")
struct HookTests {
    let workplace: Workplace
    let database: PresenceDatabase
    let ada: MailboxAddress
    let bob: MailboxAddress

    init() async throws {
        let users = try [user("ada", phoneExtension: "201"), user("bob"), user("cyd"), user("dan", isEnabled: false)]
        workplace = try await Workplace(users: users)
        database = workplace.database
        ada = try mailbox("ada")
        bob = try mailbox("bob")
    }

    @Test("a new one is told what each user shows, whose presence is known, and that alone")
    func introduction() async throws {
        let announcement = Announcement(internalText: "In", externalText: "Out")
        let away = current(.away, sequence: 17, until: later(600), announcement: announcement)
        try await database.record(
            [
                UserUpdate(mailbox: ada, calendar: .replaced(calendar(meetings(1))), current: away),
                UserUpdate(mailbox: bob, current: current(.available, sequence: 4)),
                UserUpdate(mailbox: mailbox("cyd"), current: current(.unknown)),
            ],
            for: ["pbx", "web"]
        )
        try await sync(["pbx", "web", "new"], at: later(60))
        let told = try await take("new").map(\.event)
        let expected = PresenceEvent(
            id: try #require(told.first?.id),
            user: ada,
            phoneExtension: "201",
            current: away,
            previous: .unknown,
            freshness: .fresh,
            at: later(60)
        )
        #expect(told.first == expected)
        #expect(told.map(\.user) == [ada, bob])
        #expect(told.last?.freshness == .unknown)
        #expect(told.last?.current.sequence == 4)
        #expect(Set(told.compactMap { UUID(uuidString: $0.id) }).count == 2)
        #expect(try await take("pbx").isEmpty)
    }

    @Test("it is told once, restart or not, and the next change follows on what it was told")
    func once() async throws {
        try await database.record([UserUpdate(mailbox: ada, current: current(.meeting))], for: ["pbx", "web"])
        try await sync(["new"], at: monday)
        let first = try #require(try await take("new").first)
        try await database.delivered([first], at: later(1))
        try database.close()
        let again = try PresenceDatabase.open(path: database.path, at: later(60)).database
        try await again.syncHooks(["new"], at: later(60))
        #expect(try await again.take(for: "new", dueAt: later(60), limit: 9).isEmpty)
        let next = event("2", of: ada, .meeting, .away, sequence: 2)
        try await again.record([UserUpdate(mailbox: ada, current: next.current, event: next)], for: ["new"])
        #expect(try await again.take(for: "new", dueAt: later(60), limit: 9).map(\.event) == [next])
    }

    @Test("one that waits to be told is told the newest, as a change from nothing")
    func newestOfIntroduction() async throws {
        try await database.record([UserUpdate(mailbox: ada, current: current(.meeting))], for: ["pbx"])
        try await sync(["pbx", "new"], at: monday)
        let newest = event("2", of: ada, .meeting, .away, phoneExtension: "201", sequence: 2)
        try await workplace.tell(newest, to: ["pbx", "new"])
        let told = try await take("new")
        #expect(told.map(\.event.id) == ["2"])
        #expect(told.first?.event.previous == .unknown)
        #expect(try await take("pbx").first?.event.previous == .meeting)
    }

    @Test("one that is taken out goes with its events and counts; put back, it is new")
    func forgetting() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting), to: ["pbx", "web"])
        try await workplace.tell(event("2", of: bob, .available, .meeting), to: ["web"])
        try await database.delivered([try #require(try await take("web").first)], at: monday)
        try await sync(["pbx"], at: later(1))
        #expect(try await database.statistics() == ["pbx": OutboxStatistics(queued: 1, oldestAt: monday)])
        #expect(try await take("web").isEmpty)
        try await sync(["pbx", "web"], at: later(2))
        #expect(try await database.statistics()["web"] == OutboxStatistics(queued: 2, oldestAt: later(2)))
        #expect(try await take("web").map(\.event.previous) == [.unknown, .unknown])
    }

    @Test("a delivery that ends after its hook was taken out changes nothing")
    func lateEnd() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting), to: ["web"])
        let entry = try #require(try await take("web").first)
        try await sync(["pbx"], at: later(1))
        try await database.delivered([entry], at: later(2))
        try await database.failed(entry, at: later(2), retryAt: later(3), why: "down")
        #expect(try await database.statistics() == ["pbx": OutboxStatistics()])
    }

    private func sync(_ hooks: [HookRegistration], at time: Date) async throws {
        try await database.syncHooks(hooks, at: time)
    }

    private func take(_ hook: String) async throws -> [OutboxEntry] {
        try await database.take(for: hook, dueAt: later(3_600), limit: 100)
    }
}
