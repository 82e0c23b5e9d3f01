import Availability
import Foundation
import TestSupport
import Testing

@testable import Store

@Suite("Hooks whose receiver or audience is another, and users who move")
struct ReceiverChangeTests {
    let workplace: Workplace
    let database: PresenceDatabase
    let ada: MailboxAddress
    let bob: MailboxAddress

    init() async throws {
        workplace = try await Workplace()
        database = workplace.database
        ada = try mailbox("ada")
        bob = try mailbox("bob")
        try await sync([user("ada", phoneExtension: "201"), user("bob", phoneExtension: "301")], ["pbx"])
        try await workplace.tell(event("1", of: ada, .unknown, .meeting, phoneExtension: "201", sequence: 5))
        try await workplace.tell(event("2", of: bob, .unknown, .away, phoneExtension: "301", sequence: 7))
    }

    // MARK: Targets

    @Test("another target is another receiver: the queue goes, and everything shown is told from nothing")
    func target() async throws {
        try await deliverAll("pbx")
        try await workplace.tell(event("3", of: ada, .meeting, .available, phoneExtension: "201", sequence: 6))
        try await sync(nil, [HookRegistration(name: "pbx", target: "elsewhere")], at: later(60))
        let told = try await take("pbx")
        #expect(told.map(\.user) == [ada, bob])
        #expect(told.map(\.current.presence) == [.available, .away])
        #expect(told.map(\.previous) == [.unknown, .unknown])
        #expect(try await database.statistics()["pbx"]?.delivered == 0)
    }

    @Test("another target is told although the one before wanted nothing more")
    func disabledTarget() async throws {
        try await database.disable("pbx", at: later(1), why: "gone")
        try await sync(nil, ["pbx"], at: later(60))
        #expect(try await database.statistics()["pbx"]?.disabledAt == later(1))
        #expect(try await take("pbx").isEmpty)
        try await sync(nil, [HookRegistration(name: "pbx", target: "elsewhere")], at: later(90))
        #expect(try await database.statistics()["pbx"]?.disabledAt == nil)
        #expect(try await take("pbx").count == 2)
    }

    @Test("the same target again is told nothing")
    func sameTarget() async throws {
        try await deliverAll("pbx")
        try await sync(nil, ["pbx"], at: later(60))
        #expect(try await take("pbx").isEmpty)
    }

    @Test("in another manner everybody is told once more, at a pace; in the same one nobody")
    func manner() async throws {
        try await deliverAll("pbx")
        let hook = HookRegistration(name: "pbx", target: "pbx", manner: "external")
        try await sync(nil, [hook], at: later(60))
        let told = try await take("pbx")
        #expect(told.map(\.user) == [ada, bob])
        #expect(told.map(\.current.presence) == [.meeting, .away])
        // Nothing goes: the receiver is the same.
        #expect(try await database.statistics()["pbx"]?.delivered == 2)
        try await deliverAll("pbx")
        try await sync(nil, [hook], at: later(90))
        #expect(try await take("pbx").isEmpty)
    }

    @Test("in another manner nobody outside the audience is told, and nobody where nothing more is wanted")
    func mannerForFew() async throws {
        let twos = HookAudience(extensions: ["2*"])
        try await sync(nil, [HookRegistration(name: "pbx", target: "pbx", audience: twos)], at: later(60))
        try await deliverAll("pbx")
        let told = HookRegistration(name: "pbx", target: "pbx", manner: "external", audience: twos)
        try await sync(nil, [told], at: later(90))
        #expect(try await take("pbx").map(\.user) == [ada])
        try await deliverAll("pbx")
        try await database.disable("pbx", at: later(91), why: "gone")
        let other = HookRegistration(name: "pbx", target: "pbx", manner: "none", audience: twos)
        try await sync(nil, [other], at: later(120))
        #expect(try await take("pbx").isEmpty)
    }

    @Test("an event that was being sent to the receiver before changes nothing when it ends")
    func lateEnd() async throws {
        let entries = try await database.take(for: "pbx", dueAt: later(1), limit: 9)
        try await sync(nil, [HookRegistration(name: "pbx", target: "elsewhere")], at: later(60))
        try await database.delivered(entries, at: later(61))
        #expect(try await take("pbx").count == 2)
    }

    // MARK: Audiences

    @Test("whoever comes into an audience is told from nothing, whoever leaves it is taken back, nobody else is told")
    func audience() async throws {
        let twos = HookRegistration(name: "pbx", target: "pbx", audience: HookAudience(extensions: ["2*"]))
        let threes = HookRegistration(name: "pbx", target: "pbx", audience: HookAudience(extensions: ["3*"]))
        try await sync(nil, [twos], at: later(60))
        try await deliverAll("pbx")
        try await sync(nil, [threes], at: later(120))
        let told = try await take("pbx")
        #expect(told.map(\.user) == [ada, bob])
        #expect(told.map(\.previous) == [.meeting, .unknown])
        #expect(told.map(\.current.presence) == [.unknown, .away])
        #expect(told.first?.current.reason == .noData)
        #expect(told.map(\.at) == [later(120), later(120)])
        #expect(try await workplace.record("ada")?.current?.presence == .meeting)
    }

    @Test("the number of what is told next is higher than that of what was taken back")
    func sequence() async throws {
        let nobody = HookRegistration(name: "pbx", target: "pbx", audience: HookAudience(extensions: ["9"]))
        try await sync(nil, [nobody], at: later(60))
        #expect(try await take("pbx").first?.current.sequence == 6)
        #expect(try await workplace.record("ada")?.current?.sequence == 7)
    }

    @Test("another connector is another audience")
    func connector() async throws {
        let hook = HookRegistration(name: "pbx", target: "pbx", audience: HookAudience(connectors: ["main"]))
        try await sync(nil, [hook], at: later(1))
        try await deliverAll("pbx")
        var moved = try user("ada", phoneExtension: "201")
        moved.connector = "branch"
        try await sync([moved, user("bob", phoneExtension: "301")], [hook], at: later(60))
        let told = try await take("pbx")
        #expect(told.map(\.user) == [ada])
        #expect(told.map(\.current.presence) == [.unknown])
    }

    @Test("a new hook is told of its audience alone, and of what it wants")
    func introduction() async throws {
        let hooks = [
            HookRegistration(name: "twos", target: "a", audience: HookAudience(extensions: ["2*"])),
            HookRegistration(name: "absences", target: "b", audience: HookAudience(presences: [.away])),
            HookRegistration(name: "branch", target: "c", audience: HookAudience(connectors: ["branch"])),
            "all",
        ]
        try await sync(nil, hooks, at: later(60))
        #expect(try await take("twos").map(\.user) == [ada])
        #expect(try await take("absences").map(\.user) == [bob])
        #expect(try await take("branch").isEmpty)
        #expect(try await take("all").map(\.user) == [ada, bob])
    }

    @Test("one who goes is taken back from those that were told of him, whatever presences they want")
    func lastEvents() async throws {
        let hooks = [
            HookRegistration(name: "twos", target: "a", audience: HookAudience(extensions: ["2*"])),
            HookRegistration(name: "absences", target: "b", audience: HookAudience(presences: [.away])),
            HookRegistration(name: "threes", target: "c", audience: HookAudience(extensions: ["3*"])),
        ]
        try await sync(nil, hooks, at: later(1))
        for hook in hooks { try await deliverAll(hook.name) }
        try await sync([user("bob", phoneExtension: "301")], hooks, at: later(60))
        #expect(try await take("twos").map(\.user) == [ada])
        #expect(try await take("absences").map(\.user) == [ada])
        #expect(try await take("threes").isEmpty)
    }

    @Test("what a program of schema 5 left is no other receiver and no other audience: nobody is told anything")
    func upgrade() async throws {
        let path = workplace.folder.file("older/presence.sqlite")
        let rows = """
            INSERT INTO user VALUES (1, 'ada@example.com', '201', 'Name of ada', 1, 'main', 1795420800);
            INSERT INTO presence VALUES (1, 'meeting', 'appointment', 1795420800, NULL, NULL, NULL, 1, NULL);
            INSERT INTO hook (name) VALUES ('pbx');
            """
        try PresenceDatabase.open(path: path, at: monday, schema: .older(5, holding: rows)).database.close()
        let database = try PresenceDatabase.open(path: path, at: monday).database
        let hook = HookRegistration(name: "pbx", target: "sip:pbx", audience: HookAudience(extensions: ["3*"]))
        let users = try [user("ada", phoneExtension: "201")]
        _ = try await database.sync(Roster(users: users, hooks: [hook]), at: later(60), staleAfter: 60)
        #expect(try await database.statistics()["pbx"] == OutboxStatistics())
        // From then on both are known.
        _ = try await database.sync(Roster(users: users, hooks: ["pbx"]), at: later(90), staleAfter: 60)
        #expect(try await database.statistics()["pbx"]?.queued == 1)
    }

    // MARK: Extensions

    @Test("with another extension the old one is taken back, then the new one is told, one after the other")
    func phoneExtension() async throws {
        try await deliverAll("pbx")
        let users = try [user("ada", phoneExtension: "202"), user("bob", phoneExtension: "301")]
        try await sync(users, ["pbx"], at: later(60))
        let first = try #require(try await database.take(for: "pbx", dueAt: later(60), limit: 9).first)
        #expect(first.event.phoneExtension == "201")
        #expect(first.event.current.presence == .unknown)
        #expect(first.event.current.sequence == 6)
        #expect(first.event.previous == .meeting)
        #expect(try await take("pbx").isEmpty)
        try await database.delivered([first], at: later(61))
        let second = try await take("pbx")
        #expect(second.map(\.phoneExtension) == ["202"])
        #expect(second.map(\.current.presence) == [.meeting])
        #expect(second.map(\.current.sequence) == [7])
        #expect(second.map(\.previous) == [.unknown])
        #expect(second.map(\.current.since) == [monday])
    }

    @Test("what waited for the old extension is replaced by the end there, and the chain is kept")
    func waiting() async throws {
        try await deliverAll("pbx")
        try await workplace.tell(event("3", of: ada, .meeting, .available, phoneExtension: "201", sequence: 6))
        let users = try [user("ada", phoneExtension: "202"), user("bob", phoneExtension: "301")]
        try await sync(users, ["pbx"], at: later(60))
        let told = try await takeAll("pbx")
        #expect(told.map(\.phoneExtension) == ["201", "202"])
        #expect(told.map(\.previous) == [.meeting, .unknown])
        #expect(told.map(\.current.presence) == [.unknown, .available])
    }

    @Test("there and back again: the old extension is told once, after the other")
    func backAgain() async throws {
        try await deliverAll("pbx")
        for phoneExtension in ["202", "201"] {
            let users = try [user("ada", phoneExtension: phoneExtension), user("bob", phoneExtension: "301")]
            try await sync(users, ["pbx"], at: later(60))
        }
        let told = try await takeAll("pbx")
        #expect(told.map(\.phoneExtension) == ["202", "201"])
        #expect(told.map(\.current.presence) == [.unknown, .meeting])
        #expect(told.map(\.previous) == [.unknown, .meeting])
    }

    @Test("two who exchange their extensions: both are taken back before either is told")
    func exchange() async throws {
        try await deliverAll("pbx")
        let users = try [user("ada", phoneExtension: "301"), user("bob", phoneExtension: "201")]
        try await sync(users, ["pbx"], at: later(60))
        // Neither has to wait for the other's end, and yet nobody is told before it.
        let ends = try await database.take(for: "pbx", dueAt: later(60), limit: 9)
        #expect(ends.map(\.event.phoneExtension) == ["201", "301"])
        #expect(ends.allSatisfy { $0.event.current.presence == .unknown })
        try await database.delivered([ends[0]], at: later(61))
        #expect(try await take("pbx").isEmpty)
        try await database.delivered([ends[1]], at: later(62))
        let told = try await take("pbx")
        #expect(told.map(\.user) == [ada, bob])
        #expect(told.map(\.phoneExtension) == ["301", "201"])
    }

    @Test("the extension of one who went shows what its next owner does, however often the end failed")
    func successor() async throws {
        try await deliverAll("pbx")
        try await sync([user("bob", phoneExtension: "201")], ["pbx"], at: later(60))
        let ends = try await database.take(for: "pbx", dueAt: later(60), limit: 9)
        #expect(ends.map(\.event.phoneExtension) == ["201", "301"])
        try await database.delivered([ends[1]], at: later(61))
        try await database.failed(ends[0], at: later(62), retryAt: later(90), why: "down")
        #expect(try await database.take(for: "pbx", dueAt: later(89), limit: 9).isEmpty)
        let told = try await takeAll("pbx")
        #expect(told.map(\.user) == [ada, bob])
        #expect(told.map(\.phoneExtension) == ["201", "201"])
        #expect(told.map(\.current.presence) == [.unknown, .away])
    }

    // MARK: Steps

    private func sync(_ users: [User]?, _ hooks: [HookRegistration], at time: Date = monday) async throws {
        let stored = try await database.agenda().map(\.user)
        _ = try await database.sync(Roster(users: users ?? stored, hooks: hooks), at: time, staleAfter: 86_400)
    }

    private func take(_ hook: String) async throws -> [PresenceEvent] {
        try await database.take(for: hook, dueAt: later(3_600), limit: 100).map(\.event)
    }

    /// One after the other, as they are delivered.
    private func takeAll(_ hook: String) async throws -> [PresenceEvent] {
        var events: [PresenceEvent] = []
        while let entry = try await database.take(for: hook, dueAt: later(3_600), limit: 1).first {
            events.append(entry.event)
            try await database.delivered([entry], at: later(3_600))
        }
        return events
    }

    private func deliverAll(_ hook: String) async throws { _ = try await takeAll(hook) }
}
