import Availability
import Foundation
import Store
import TestSupport
import Testing

@Suite("The outbox")
struct OutboxTests {
    let workplace: Workplace
    let database: PresenceDatabase
    let ada: MailboxAddress
    let bob: MailboxAddress

    init() async throws {
        workplace = try await Workplace(users: [user("ada"), user("bob")])
        database = workplace.database
        ada = try mailbox("ada")
        bob = try mailbox("bob")
    }

    @Test("gives an event to each hook, as it was, once")
    func eachHook() async throws {
        let told = event("1", of: ada, .available, .meeting, sequence: 5)
        try await workplace.tell(told, to: ["pbx", "web"])
        for hook in ["pbx", "web"] {
            #expect(try await take(hook) == [OutboxEntry(hook: hook, event: told, attempts: 0)])
            #expect(try await take(hook).isEmpty)
        }
    }

    @Test("hands out the oldest first, no more than asked for")
    func order() async throws {
        try await workplace.tell(event("1", of: bob, .available, .meeting))
        try await workplace.tell(event("2", of: ada, .available, .meeting))
        #expect(try await take(limit: 1).map(\.event.id) == ["1"])
        #expect(try await take(limit: 5).map(\.event.id) == ["2"])
        #expect(try await take(limit: 0).isEmpty)
    }

    @Test("a newer event replaces one that waits, keeps its place, and goes on from what the receiver shows")
    func coalescing() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting))
        try await workplace.tell(event("2", of: bob, .available, .meeting))
        try await workplace.tell(event("3", of: ada, .meeting, .away))
        let taken = try await take()
        #expect(taken.map(\.event.id) == ["3", "2"])
        #expect(taken.first?.event.previous == .available)
        #expect(taken.first?.event.current.presence == .away)
    }

    @Test("an event behind one that is being sent waits for it, and goes on from it")
    func behind() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting))
        let first = try #require(try await take().first)
        try await workplace.tell(event("2", of: ada, .meeting, .away))
        try await workplace.tell(event("3", of: ada, .away, .available))
        #expect(try await take().isEmpty)
        #expect(try await database.nextDue(for: "pbx") == nil)
        try await database.delivered([first], at: later(1))
        let second = try #require(try await take().first)
        #expect(second.event.id == "3")
        #expect(second.event.previous == .meeting)
    }

    @Test("a failed event is due again at its time, not before")
    func retry() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting))
        let first = try #require(try await take().first)
        try await database.failed(first, at: monday, retryAt: later(10), why: "down")
        #expect(try await database.nextDue(for: "pbx") == later(10))
        #expect(try await take(at: later(9.9)).isEmpty)
        #expect(try await take(at: later(10)) == [OutboxEntry(hook: "pbx", event: first.event, attempts: 1)])
    }

    @Test("a fraction of a second never makes a retry early")
    func fraction() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting))
        let first = try #require(try await take().first)
        try await database.failed(first, at: later(0.1), retryAt: later(0.9), why: "down")
        #expect(try await take(at: later(0.8)).isEmpty)
        #expect(try await take(at: later(1)).count == 1)
    }

    @Test("an event that came meanwhile takes the failed one's place, its previous and its time")
    func failedWithSuccessor() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting))
        let first = try #require(try await take().first)
        try await workplace.tell(event("2", of: ada, .meeting, .away))
        try await database.failed(first, at: monday, retryAt: later(10), why: "down")
        #expect(try await take(at: later(9)).isEmpty)
        let next = try await take(at: later(10))
        #expect(next.map(\.event.id) == ["2"])
        #expect(next.first?.event.previous == .available)
        #expect(try await database.statistics()["pbx"]?.queued == 1)
    }

    @Test("an event that is given up goes; one behind it goes on from what the receiver shows")
    func givenUp() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting))
        try await workplace.tell(event("2", of: bob, .available, .meeting))
        let taken = try await take()
        try await workplace.tell(event("3", of: ada, .meeting, .away))
        for entry in taken { try await database.failed(entry, at: monday, retryAt: nil, why: "refused") }
        let next = try await take()
        #expect(next.map(\.event.id) == ["3"])
        #expect(next.first?.event.previous == .available)
        #expect(next.first?.attempts == 0)
    }

    @Test("after a start, what was being sent is due again, with the same identifier, before what stood behind it")
    func release() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting))
        _ = try await take()
        try await workplace.tell(event("2", of: ada, .meeting, .away))
        try await database.releaseAll()
        let again = try await take()
        #expect(again.map(\.event.id) == ["1"])
        try await database.delivered([try #require(again.first)], at: later(1))
        #expect(try await take().map(\.event.id) == ["2"])
    }

    @Test("survives a restart")
    func restart() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting))
        try database.close()
        let reopened = try PresenceDatabase.open(path: database.path, at: later(60)).database
        let entries = try await reopened.take(for: "pbx", dueAt: later(60), limit: 9)
        #expect(entries.map(\.event.id) == ["1"])
    }

    @Test("counts by hook what waits, was delivered and failed, and knows the last error, cut to a bound")
    func statistics() async throws {
        try await workplace.tell(event("1", of: ada, .available, .meeting), to: ["pbx", "web"])
        try await workplace.tell(event("2", of: bob, .available, .meeting), to: ["pbx", "web"])
        let taken = try await take()
        try await database.delivered([taken[0]], at: monday)
        let reason = String(repeating: "x", count: 5_000)
        try await database.failed(taken[1], at: later(7), retryAt: later(8), why: reason)
        let statistics = try await database.statistics()
        #expect(statistics["web"] == OutboxStatistics(queued: 2, oldestAt: monday))
        #expect(statistics["pbx"]?.queued == 1)
        #expect(statistics["pbx"]?.delivered == 1)
        #expect(statistics["pbx"]?.failed == 1)
        #expect(statistics["pbx"]?.lastError?.count == 1_000)
        #expect(statistics["pbx"]?.lastErrorAt == later(7))
    }

    private func take(_ hook: String = "pbx", at now: Date = monday, limit: Int = 100) async throws -> [OutboxEntry] {
        try await database.take(for: hook, dueAt: now, limit: limit)
    }
}
