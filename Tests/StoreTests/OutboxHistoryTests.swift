import Availability
import Foundation
import Store
import TestSupport
import Testing

/// Thousands of random steps, judged by what a receiver may rely on rather than by how the outbox does it.
@Suite("The outbox through a long random history")
struct OutboxHistoryTests {
    @Test("never loses the newest, never hands out twice at once, keeps order and chain", arguments: [1, 2, 3])
    func history(seed: UInt64) async throws {
        var history = try await History(seed: seed)
        for _ in 0..<2_500 { try await history.step() }
        try await history.drain()
    }
}

/// An engine that tells changes, and one receiver that shows what it was told last.
private struct History {
    private struct Receiver {
        /// What is shown, by the deliveries that were confirmed.
        var shown = Presence.unknown
        var sequence: Int64 = 0
        /// The newest event told, and whether it, or one after it, was delivered or given up.
        var newest: PresenceEvent?
        var isSettled = true
        var underWay: OutboxEntry?
        var notBefore = monday
    }

    private let folder: TemporaryFolder
    private var database: PresenceDatabase
    private var random: SplitMix
    private var receivers: [MailboxAddress: Receiver] = [:]
    private let users: [MailboxAddress]
    private var now = monday
    private var number: Int64 = 0

    init(seed: UInt64) async throws {
        folder = try TemporaryFolder()
        random = SplitMix(seed: seed)
        database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: now).database
        let users = try (0..<6).map { try user("user\($0)") }
        self.users = users.map(\.address)
        _ = try await database.syncUsers(users, at: now)
        try await database.syncHooks(["pbx"], at: now)
        for user in self.users { receivers[user] = Receiver() }
    }

    mutating func step() async throws {
        now = now.addingTimeInterval(Double(Int.random(in: 0...2, using: &random)))
        switch Int.random(in: 0..<100, using: &random) {
        case ..<40: try await tell()
        case ..<65: try await take(limit: Int.random(in: 1...3, using: &random))
        case ..<84: try await deliver()
        case ..<95: try await fail()
        case ..<97: try await giveUp()
        case ..<99: try await leaveAndComeBack()
        default: try await restart()
        }
    }

    /// Lets everything be delivered: then each receiver shows the newest presence.
    mutating func drain() async throws {
        while true {
            try await take(limit: 10)
            if try await deliver() { continue }
            guard let due = try await database.nextDue(for: "pbx") else { break }
            #expect(due > now)
            now = due
        }
        for (user, receiver) in receivers {
            #expect(receiver.isSettled, "\(user) was never told the newest")
            #expect(receiver.shown == receiver.newest?.current.presence ?? .unknown)
        }
        #expect(try await database.statistics()["pbx"]?.queued == 0)
    }

    private mutating func tell() async throws {
        guard let user = users.randomElement(using: &random), var receiver = receivers[user] else { return }
        number += 1
        let previous = receiver.newest?.current.presence ?? .unknown
        let others = Presence.allCases.filter { $0 != previous }
        let presence = others.randomElement(using: &random) ?? .unknown
        let told = event("event \(number)", of: user, previous, presence, sequence: number, at: now)
        try await database.record([UserUpdate(mailbox: user, current: told.current, event: told)], for: ["pbx"])
        receiver.newest = told
        receiver.isSettled = false
        receivers[user] = receiver
    }

    /// The last event of a user that goes is made by the database itself.
    private mutating func leaveAndComeBack() async throws {
        guard let user = users.randomElement(using: &random), var receiver = receivers[user] else { return }
        let stored = users.map { User(address: $0, connector: "main") }
        _ = try await database.syncUsers(stored.filter { $0.address != user }, at: now)
        _ = try await database.syncUsers(stored, at: now)
        guard let newest = receiver.newest, newest.current.presence != .unknown else { return }
        number += 1
        receiver.newest = event(
            "its own",
            of: user,
            newest.current.presence,
            .unknown,
            sequence: newest.current.sequence + 1,
            at: now
        )
        receiver.isSettled = false
        receivers[user] = receiver
    }

    private mutating func take(limit: Int) async throws {
        let entries = try await database.take(for: "pbx", dueAt: now, limit: limit)
        #expect(entries.count <= limit)
        for entry in entries {
            let user = entry.event.user
            guard var receiver = receivers[user] else { continue }
            #expect(receiver.underWay == nil, "two events of one user at once")
            #expect(entry.event.current.sequence > receiver.sequence, "older than what is shown")
            #expect(entry.event.previous == receiver.shown, "the chain is broken")
            #expect(now >= receiver.notBefore, "too early")
            receiver.underWay = entry
            receivers[user] = receiver
        }
    }

    @discardableResult
    private mutating func deliver() async throws -> Bool {
        guard let (user, entry) = anyUnderWay() else { return false }
        try await database.delivered([entry], at: now)
        settle(user, entry, shown: entry.event.current.presence)
        return true
    }

    private mutating func fail() async throws {
        guard let (user, entry) = anyUnderWay() else { return }
        let retryAt = now.addingTimeInterval(Double(Int.random(in: 0...20, using: &random)))
        try await database.failed(entry, at: now, retryAt: retryAt, why: "down")
        receivers[user]?.underWay = nil
        receivers[user]?.notBefore = retryAt
    }

    private mutating func giveUp() async throws {
        guard let (user, entry) = anyUnderWay() else { return }
        try await database.failed(entry, at: now, retryAt: nil, why: "refused")
        // With nothing behind it, the engine's next event starts from the presence that never arrived.
        let isNewest = receivers[user]?.newest?.current.sequence == entry.event.current.sequence
        settle(user, entry, shown: isNewest ? entry.event.current.presence : receivers[user]?.shown ?? .unknown)
    }

    /// Nothing is told of what was under way, as after a kill: it must come again.
    private mutating func restart() async throws {
        try database.close()
        let outcome = try PresenceDatabase.open(path: database.path, at: now)
        #expect(outcome.setAside == nil)
        database = outcome.database
        try await database.releaseAll()
        for user in users { receivers[user]?.underWay = nil }
    }

    private mutating func settle(_ user: MailboxAddress, _ entry: OutboxEntry, shown: Presence) {
        guard var receiver = receivers[user] else { return }
        receiver.shown = shown
        receiver.sequence = entry.event.current.sequence
        receiver.isSettled = receiver.newest?.current.sequence == entry.event.current.sequence
        receiver.underWay = nil
        receiver.notBefore = monday
        receivers[user] = receiver
    }

    private mutating func anyUnderWay() -> (MailboxAddress, OutboxEntry)? {
        let busy = users.compactMap { user in receivers[user]?.underWay.map { (user, $0) } }
        return busy.randomElement(using: &random)
    }
}
