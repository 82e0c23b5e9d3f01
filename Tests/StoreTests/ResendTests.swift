import Availability
import Foundation
import Store
import TestSupport
import Testing

@Suite("Telling everything once more")
struct ResendTests {
    let workplace: Workplace
    let database: PresenceDatabase
    let addresses: [MailboxAddress]

    init() async throws {
        let users = try (0..<6).map { try user("user\($0)", phoneExtension: "10\($0)") }
        workplace = try await Workplace(users: users)
        database = workplace.database
        addresses = users.map(\.address)
        let updates = addresses.map {
            UserUpdate(mailbox: $0, calendar: .replaced(calendar([])), current: current(.meeting, sequence: 3))
        }
        try await database.record(updates)
    }

    @Test("everybody is told what is shown, so many a second, as a change from nothing")
    func pace() async throws {
        #expect(try await resend(perSecond: 2) == 6)
        #expect(try await take(at: later(59)).isEmpty)
        for second in 0..<3 {
            let told = try await take(at: later(60 + Double(second))).map(\.event)
            #expect(told.map(\.user) == Array(addresses[second * 2..<second * 2 + 2]))
            #expect(told.allSatisfy { $0.previous == .unknown && $0.current == current(.meeting, sequence: 3) })
            #expect(told.allSatisfy { $0.freshness == .fresh && $0.at == later(60) })
        }
        #expect(try await database.nextDue(for: "pbx") == nil)
    }

    @Test("how far the calendar can be trusted is that of the moment")
    func freshness() async throws {
        _ = try await database.resend(for: "pbx", at: later(60), perSecond: 100, staleAfter: 30)
        #expect(try await take(at: later(60)).allSatisfy { $0.event.freshness == .stale })
    }

    @Test("twice at once is once")
    func twice() async throws {
        #expect(try await resend(perSecond: 1) == 6)
        #expect(try await resend(perSecond: 100) == 0)
        #expect(try await database.statistics()["pbx"]?.queued == 6)
    }

    @Test("one with an event that waits is not told twice; behind one that is being sent it is told again")
    func waiting() async throws {
        try await workplace.tell(event("1", of: addresses[0], .meeting, .away, phoneExtension: "100", sequence: 4))
        let sent = try #require(try await take(at: monday).first)
        try await workplace.tell(event("2", of: addresses[1], .meeting, .away, phoneExtension: "101", sequence: 4))
        #expect(try await resend(perSecond: 100) == 5)
        #expect(try await take(at: later(60)).count == 5)
        try await database.delivered([sent], at: later(61))
        let again = try await take(at: later(61))
        #expect(again.map(\.event.user) == [addresses[0]])
        #expect(again.map(\.event.current.presence) == [.away])
    }

    @Test("what is new does not wait for its turn, and goes before repetitions that are late")
    func news() async throws {
        _ = try await resend(perSecond: 1)
        let last = try #require(addresses.last)
        let told = event("1", of: last, .meeting, .away, phoneExtension: "105", sequence: 4, at: later(61))
        try await workplace.tell(told)
        #expect(try await take(at: later(70), limit: 2).map(\.event.user) == [last, addresses[0]])
        #expect(try await take(at: later(70)).map(\.event.user) == Array(addresses[1..<5]))
    }

    @Test("a repetition that failed keeps its time, also for what replaces it")
    func failure() async throws {
        _ = try await resend(perSecond: 100)
        let taken = try await take(at: later(60))
        try await database.failed(taken[0], at: later(61), retryAt: later(90), why: "down")
        let told = event("1", of: addresses[0], .meeting, .away, phoneExtension: "100", sequence: 4, at: later(62))
        try await workplace.tell(told)
        #expect(try await take(at: later(89)).isEmpty)
        #expect(try await take(at: later(90)).map(\.event.id) == ["1"])
    }

    @Test("is for the audience alone, and for what it wants to be told")
    func audience() async throws {
        let audience = HookAudience(extensions: ["101", "102", "103"], presences: [.away])
        let hook = HookRegistration(name: "pbx", target: "pbx", audience: audience)
        try await database.syncHooks([hook], at: monday)
        try await deliverAll()
        try await database.record([UserUpdate(mailbox: addresses[2], current: current(.away, sequence: 4))])
        try await database.record([UserUpdate(mailbox: addresses[5], current: current(.away, sequence: 4))])
        #expect(try await resend(perSecond: 100) == 1)
        #expect(try await take(at: later(60)).map(\.event.user) == [addresses[2]])
    }

    @Test("two of one extension are told one after the other")
    func sharedExtension() async throws {
        let users = try ["user0", "user1"].map { try user($0, phoneExtension: "7") }
        _ = try await database.syncUsers(users, at: monday)
        try await deliverAll()
        #expect(try await resend(perSecond: 100) == 2)
        let first = try await take(at: later(60))
        #expect(first.map(\.event.user) == [addresses[0]])
        try await database.delivered(first, at: later(60))
        #expect(try await take(at: later(60)).map(\.event.user) == [addresses[1]])
    }

    @Test("a hook that is disabled is told nothing by any way, restart or not; enabled again it goes on")
    func disabled() async throws {
        try await workplace.tell(event("1", of: addresses[0], .meeting, .away, phoneExtension: "100", sequence: 4))
        let sent = try await take(at: monday)
        try await database.disable("pbx", at: later(5), why: String(repeating: "gone ", count: 1_000))
        try await database.delivered(sent, at: later(6))
        try database.close()
        let again = try PresenceDatabase.open(path: database.path, at: later(10)).database
        try await again.releaseAll()
        let told = event("2", of: addresses[1], .meeting, .away, phoneExtension: "101", sequence: 4)
        let update = UserUpdate(mailbox: addresses[1], current: told.current, event: told)
        try await again.record([update], for: ["pbx", "web"])
        #expect(try await again.resend(for: "pbx", at: later(60), perSecond: 9, staleAfter: 60) == 0)
        _ = try await again.syncUsers([], at: later(70))
        let statistics = try await again.statistics()
        #expect(statistics["pbx"]?.queued == 0)
        #expect(statistics["pbx"]?.disabledAt == later(5))
        #expect(statistics["pbx"]?.lastError?.count == 1_000)
        #expect(statistics["web"]?.queued == 6)
        #expect(statistics["web"]?.disabledAt == nil)
        _ = try await again.syncUsers([user("ada")], at: later(80))
        try await again.enable("pbx")
        let ada = try mailbox("ada")
        try await again.record([UserUpdate(mailbox: ada, current: current(.meeting))])
        #expect(try await again.resend(for: "pbx", at: later(90), perSecond: 9, staleAfter: 60) == 1)
        #expect(try await again.statistics()["pbx"]?.disabledAt == nil)
    }

    private func resend(perSecond: Int) async throws -> Int {
        try await database.resend(for: "pbx", at: later(60), perSecond: perSecond, staleAfter: 86_400)
    }

    private func take(at time: Date, limit: Int = 100) async throws -> [OutboxEntry] {
        try await database.take(for: "pbx", dueAt: time, limit: limit)
    }

    private func deliverAll() async throws {
        while let entry = try await take(at: later(3_600), limit: 1).first {
            try await database.delivered([entry], at: monday)
        }
    }
}
