import Availability
import Foundation
import TestSupport
import Testing

@testable import Store

/// Monday morning, when the tests play.
let monday = time("2026-11-23T08:00:00Z")

/// The moment this many seconds after `monday`.
func later(_ seconds: TimeInterval) -> Date { monday.addingTimeInterval(seconds) }

func mailbox(_ name: String) throws -> MailboxAddress {
    try #require(MailboxAddress("\(name)@example.com"))
}

func user(_ name: String, phoneExtension: String? = nil, isEnabled: Bool = true) throws -> User {
    User(
        address: try mailbox(name),
        phoneExtension: phoneExtension,
        displayName: "Name of \(name)",
        isEnabled: isEnabled,
        connector: "main"
    )
}

/// What is shown from `monday` on.
func current(
    _ presence: Presence,
    sequence: Int64 = 1,
    until: Date? = nil,
    announcement: Announcement? = nil
) -> CurrentPresence {
    CurrentPresence(
        presence: presence,
        reason: presence == .available ? .none : .appointment,
        since: monday,
        until: until,
        announcement: announcement,
        sequence: sequence
    )
}

func event(
    _ id: String,
    of user: MailboxAddress,
    _ previous: Presence,
    _ presence: Presence,
    phoneExtension: String? = nil,
    sequence: Int64 = 1,
    at time: Date = monday
) -> PresenceEvent {
    PresenceEvent(
        id: id,
        user: user,
        phoneExtension: phoneExtension,
        current: current(presence, sequence: sequence),
        previous: previous,
        freshness: .fresh,
        at: time
    )
}

/// A calendar that covers a week from `monday` on.
func calendar(_ intervals: [BusyInterval], readAt: Date = monday) -> CalendarKnowledge {
    CalendarKnowledge(
        intervals: intervals,
        covered: TimeWindow(start: monday, end: later(7 * 86_400)),
        readAt: readAt,
        source: "main"
    )
}

/// As many half-hour meetings as wanted, an hour apart.
func meetings(_ number: Int) -> [BusyInterval] {
    (0..<number).map { index in
        let start = later(Double(index) * 3_600)
        return BusyInterval(start: start, end: start.addingTimeInterval(1_800), busyType: .busy)
    }
}

/// A database in a folder of its own.
struct Workplace {
    let folder: TemporaryFolder
    let database: PresenceDatabase

    init(users: [User] = [], sizeLimit: Int = PresenceDatabase.defaultSizeLimit) async throws {
        folder = try TemporaryFolder()
        database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: monday, sizeLimit: sizeLimit)
            .database
        _ = try await database.sync(Roster(users: users, hooks: ["pbx", "web"]), at: monday, staleAfter: 86_400)
    }

    /// What is stored of one user.
    func record(_ name: String) async throws -> UserRecord? {
        try await database.records(of: [mailbox(name)]).first
    }

    /// Puts an event into the outbox, as a change of presence does.
    func tell(_ event: PresenceEvent, to hooks: [String] = ["pbx"]) async throws {
        let update = UserUpdate(mailbox: event.user, current: event.current, event: event)
        try await database.record([update], for: hooks)
    }
}

extension PresenceDatabase {
    /// Other users, and the hooks as they are.
    func syncUsers(_ users: [User], at time: Date) async throws -> UserChanges {
        let hooks = try await statistics().keys.sorted().map { HookRegistration(name: $0, target: $0) }
        return try await sync(Roster(users: users, hooks: hooks), at: time, staleAfter: 86_400)
    }

    /// Writes something that can be looked for later.
    func note(_ name: String) async throws {
        let roster = Roster(users: try await agenda().map(\.user), hooks: [], switches: [name: true])
        _ = try await sync(roster, at: monday, staleAfter: 86_400)
    }

    func isNoted(_ name: String) async throws -> Bool { try await switches()[name] == true }

    /// Other hooks, and the users as they are.
    func syncHooks(_ hooks: [HookRegistration], at time: Date) async throws {
        let users = try await agenda().map(\.user)
        _ = try await sync(Roster(users: users, hooks: hooks), at: time, staleAfter: 86_400)
    }
}

extension Workplace {
    private static let program = "/usr/bin/sqlite3"

    /// Whether an administrator of this machine could look into the database at all.
    static var hasSQLite3: Bool { FileManager.default.isExecutableFile(atPath: program) }

    /// What the program `sqlite3` answers while the database is open.
    func sqlite3(_ query: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = ["-readonly", database.path, query]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: text, as: UTF8.self)
    }
}

extension Schema {
    /// That of an earlier program, with rows as it left them.
    static func older(_ number: Int, holding rows: String) -> Schema {
        let steps = SchemaStep.all.prefix(number - 1)
        return Schema(steps: steps + [SchemaStep(number: number, sql: SchemaStep.all[number - 1].sql + rows)])
    }
}
