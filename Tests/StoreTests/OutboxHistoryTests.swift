import Availability
import Foundation
import Store
import TestSupport
import Testing

/// Thousands of random steps, judged by what a receiver may rely on rather than by how the outbox does it.
@Suite("The outbox through a long random history")
struct OutboxHistoryTests {
    @Test("never loses the newest, never hands out twice at once, keeps order and chain", arguments: 1...6)
    func history(seed: UInt64) async throws {
        var history = try await History(seed: seed)
        for _ in 0..<2_500 { try await history.step() }
        try await history.drain()
    }
}

/// An engine that tells changes, people who change the configuration, and one receiver that shows by user, and by
/// extension, what it was told last.
private struct History {
    /// The extension of a user, while it is the user's.
    private struct Line: Hashable {
        var user: MailboxAddress
        var phoneExtension: String
    }

    private struct Receiver {
        /// What is shown, by the deliveries that were confirmed, with its number.
        var shown = Presence.unknown
        var sequence: Int64 = 0
        /// The newest event told.
        var newest: Int64 = 0
        /// Up to which event it may be told again, as one who knows nothing.
        var repeatedUntil: Int64?
    }

    private let folder: TemporaryFolder
    private var database: PresenceDatabase
    private var random: SplitMix
    private var now = monday
    private var number: Int64 = 0

    /// What is the case.
    private var users: [User]
    private var presences: [MailboxAddress: CurrentPresence] = [:]
    private var hook: HookRegistration = "pbx"
    private var isDisabled = false

    /// What was told.
    private var lines: [Line: Receiver] = [:]
    private var shownOfUser: [MailboxAddress: Presence] = [:]
    private var shownByExtension: [String: Presence] = [:]
    private var underWay: [OutboxEntry] = []
    private var retryTimes: [String: Date] = [:]

    init(seed: UInt64) async throws {
        folder = try TemporaryFolder()
        random = SplitMix(seed: seed)
        database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: now).database
        users = try (0..<6).map { try user("user\($0)", phoneExtension: ["1", "2"][$0 % 2] + "\($0)") }
        try await sync()
    }

    mutating func step() async throws {
        now = now.addingTimeInterval(Double(Int.random(in: 0...2, using: &random)))
        switch Int.random(in: 0..<200, using: &random) {
        case ..<75: try await tell()
        case ..<125: try await take(limit: Int.random(in: 1...3, using: &random))
        case ..<160: try await deliver()
        case ..<177: try await fail()
        case ..<181: try await giveUp()
        case ..<185: try await leaveAndComeBack()
        case ..<190: try await exchangeExtensions()
        case ..<193: try await changeAudience()
        case ..<195: try await resend()
        case ..<197: try await disableForAWhile()
        case ..<198: try await changeTarget()
        default: try await restart()
        }
    }

    /// Lets everything be delivered: then the receiver shows what is the case.
    mutating func drain() async throws {
        while true {
            try await take(limit: 10)
            if try await deliver() { continue }
            guard let due = try await database.nextDue(for: "pbx") else { break }
            #expect(due > now)
            now = due
        }
        #expect(try await database.statistics()["pbx"]?.queued == 0)
        var expected: [String: Presence] = [:]
        for user in users {
            let shown = hook.audience.includes(user) ? presences[user.address]?.presence ?? .unknown : .unknown
            #expect(shownOfUser[user.address] ?? .unknown == shown, "\(user.address) was never told the newest")
            if let phoneExtension = user.phoneExtension { expected[phoneExtension] = shown }
        }
        for (phoneExtension, shown) in shownByExtension {
            #expect(shown == expected[phoneExtension] ?? .unknown, "\(phoneExtension) shows what is not the case")
        }
    }
}

// MARK: What happens to users and hooks

extension History {
    private mutating func tell() async throws {
        guard let user = users.randomElement(using: &random) else { return }
        let previous = presences[user.address]?.presence ?? .unknown
        guard let presence = Presence.allCases.filter({ $0 != previous }).randomElement(using: &random) else { return }
        // Leaves room for what the database tells in between.
        number += 10
        let told = event(
            "event \(number)",
            of: user.address,
            previous,
            presence,
            phoneExtension: user.phoneExtension,
            sequence: number,
            at: now
        )
        let tellings = [hook].told(of: told, of: user)
        let update = UserUpdate(mailbox: user.address, current: told.current, event: told, hooks: tellings)
        try await database.record([update])
        presences[user.address] = told.current
        note(told.current.sequence, for: user)
    }

    private mutating func leaveAndComeBack() async throws {
        guard let user = users.randomElement(using: &random) else { return }
        let all = users
        users.removeAll { $0.address == user.address }
        try await sync()
        users = all
        try await sync()
        if let shown = presences[user.address], shown.presence != .unknown { note(shown.sequence + 1, for: user) }
        presences[user.address] = nil
    }

    private mutating func exchangeExtensions() async throws {
        let places = users.indices.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        let before = users
        var extensions = places.map { users[$0].phoneExtension }
        // One goes, one that nobody has comes, and the rest is handed round.
        extensions[0] = "\(Int.random(in: 1...2, using: &random))\(Int.random(in: 6...7, using: &random))"
        guard !users.contains(where: { $0.phoneExtension == extensions[0] }) else { return }
        for (place, phoneExtension) in zip(places, extensions.shuffled(using: &random)) {
            users[place].phoneExtension = phoneExtension
        }
        try await change(from: before, hook.audience)
    }

    private mutating func changeAudience() async throws {
        let before = hook.audience
        let others = [[], ["1*"], ["?0", "?1", "?6"]].filter { $0 != before.extensions }
        hook.audience.extensions = others.randomElement(using: &random) ?? []
        try await change(from: users, before)
    }

    /// Has the database find out by itself what must be told.
    private mutating func change(from before: [User], _ audience: HookAudience) async throws {
        try await sync()
        guard !isDisabled else { return }
        for (old, new) in zip(before, users) {
            guard var shown = presences[old.address], shown.presence != .unknown else { continue }
            let isTold = hook.audience.includes(new)
            let isElsewhere = old.phoneExtension != new.phoneExtension
            if audience.includes(old), !isTold || isElsewhere {
                note(shown.sequence + 1, for: old, audience)
                shown.sequence += 2
                presences[old.address] = shown
            }
            note(shown.sequence, for: new)
        }
    }

    private mutating func resend() async throws {
        let pace = Int.random(in: 1...3, using: &random)
        let count = try await database.resend(for: "pbx", at: now, perSecond: pace, staleAfter: 60)
        #expect(count <= presences.values.count { $0.presence != .unknown })
        for (line, receiver) in lines { lines[line]?.repeatedUntil = receiver.newest }
    }

    /// The receiver has to be told everything then.
    private mutating func disableForAWhile() async throws {
        try await database.disable("pbx", at: now, why: "gone")
        isDisabled = true
        #expect(try await database.nextDue(for: "pbx") == nil)
        for _ in 0..<3 { try await tell() }
        try await exchangeExtensions()
        try await leaveAndComeBack()
        #expect(try await database.statistics()["pbx"]?.queued == 0)
        try await database.enable("pbx")
        isDisabled = false
        for user in users { if let shown = presences[user.address] { note(shown.sequence, for: user) } }
        forget()
        try await resend()
    }

    private mutating func changeTarget() async throws {
        hook.target += "'"
        try await sync()
        forget()
    }

    /// Nothing is told of what was under way, as after a kill: it must come again.
    private mutating func restart() async throws {
        try database.close()
        let outcome = try PresenceDatabase.open(path: database.path, at: now)
        #expect(outcome.setAside == nil)
        database = outcome.database
        try await database.releaseAll()
        underWay = []
        retryTimes = [:]
    }

    private mutating func sync() async throws {
        _ = try await database.sync(Roster(users: users, hooks: [hook]), at: now, staleAfter: 60)
    }

    private mutating func note(_ sequence: Int64, for user: User, _ audience: HookAudience? = nil) {
        guard let phoneExtension = user.phoneExtension, (audience ?? hook.audience).includes(user) else { return }
        lines[Line(user: user.address, phoneExtension: phoneExtension), default: Receiver()].newest = sequence
    }

    /// The receiver is another, or has forgotten.
    private mutating func forget() {
        for (line, receiver) in lines {
            lines[line] = Receiver(newest: receiver.newest, repeatedUntil: receiver.newest)
        }
        (shownOfUser, shownByExtension, underWay, retryTimes) = ([:], [:], [], [:])
    }
}

// MARK: What the receiver sees

extension History {
    private mutating func take(limit: Int) async throws {
        for entry in try await database.take(for: "pbx", dueAt: now, limit: limit) {
            let event = entry.event
            let receiver = lines[try line(of: event)] ?? Receiver()
            #expect(!underWay.contains { $0.event.user == event.user }, "two events of one user at once")
            #expect(
                !underWay.contains { $0.event.phoneExtension == event.phoneExtension },
                "two events of one extension at once"
            )
            if let until = receiver.repeatedUntil, event.current.sequence <= until {
                #expect(event.current.sequence >= receiver.sequence, "older than what is shown")
            } else {
                #expect(event.current.sequence > receiver.sequence, "older than what is shown")
                let isIntroduction = event.previous == .unknown && receiver.repeatedUntil != nil
                #expect(event.previous == receiver.shown || isIntroduction, "the chain is broken")
            }
            #expect(now >= retryTimes[event.id] ?? now, "too early")
            underWay.append(entry)
        }
    }

    @discardableResult
    private mutating func deliver() async throws -> Bool {
        guard let entry = oneUnderWay() else { return false }
        try await database.delivered([entry], at: now)
        try show(entry.event)
        return true
    }

    private mutating func fail() async throws {
        guard let entry = oneUnderWay() else { return }
        let retryAt = now.addingTimeInterval(Double(Int.random(in: 0...20, using: &random)))
        try await database.failed(entry, at: now, retryAt: retryAt, why: "down")
        retryTimes[entry.event.id] = retryAt
    }

    private mutating func giveUp() async throws {
        // Where it may stand behind itself as a repetition, nobody knows whether it arrives in the end.
        let places = try underWay.indices.filter { lines[try line(of: underWay[$0].event)]?.repeatedUntil == nil }
        guard let place = places.randomElement(using: &random) else { return }
        let entry = underWay.remove(at: place)
        try await database.failed(entry, at: now, retryAt: nil, why: "refused")
        // With nothing behind it, the engine's next event starts from the presence that never arrived.
        if lines[try line(of: entry.event)]?.newest == entry.event.current.sequence { try show(entry.event) }
    }

    private mutating func show(_ event: PresenceEvent) throws {
        let line = try line(of: event)
        lines[line]?.shown = event.current.presence
        lines[line]?.sequence = event.current.sequence
        if let until = lines[line]?.repeatedUntil, event.current.sequence > until { lines[line]?.repeatedUntil = nil }
        shownOfUser[event.user] = event.current.presence
        shownByExtension[line.phoneExtension] = event.current.presence
    }

    private func line(of event: PresenceEvent) throws -> Line {
        Line(user: event.user, phoneExtension: try #require(event.phoneExtension))
    }

    private mutating func oneUnderWay() -> OutboxEntry? {
        guard let place = underWay.indices.randomElement(using: &random) else { return nil }
        return underWay.remove(at: place)
    }
}
