import Foundation
import Store
import TestSupport
import Testing

@Suite("The event log in the database")
struct EventLogTests {
    private let place: Workplace
    private var database: PresenceDatabase { place.database }

    init() async throws {
        place = try await Workplace()
    }

    private func entry(
        _ message: String,
        _ level: EventLogLevel = .info,
        _ fields: [String: String] = [:],
        at time: Date = monday
    ) -> EventLogEntry {
        EventLogEntry(at: time, level: level, message: message, fields: fields)
    }

    private func messages(
        _ database: PresenceDatabase,
        _ filter: EventLogFilter = EventLogFilter(),
        after number: Int64 = 0,
        limit: Int = 100
    ) async throws -> [String] {
        try await database.logEntries(filter, after: number, limit: limit).map(\.entry.message)
    }

    @Test("gives back what was written, with all of its fields, in the order in which it was said")
    func roundTrip() async throws {
        let first = entry(
            "Hook phone failed",
            .warning,
            [
                "user": "ada@example.com", "connector": "hq", "diagnosis": "hook.killed", "event": "e", "hook": "phone",
                "failures": "3",
            ]
        )
        let second = entry("Stopped", .notice, at: later(61))
        try await database.append([first])
        try await database.append([second])
        let found = try await database.logEntries(EventLogFilter(), after: 0, limit: 10)
        #expect(found.map(\.entry) == [first, second])
        #expect(found.map(\.number) == [1, 2])
    }

    @Test("is read on from a number, page by page")
    func pages() async throws {
        try await database.append((1...7).map { entry("\($0)") })
        #expect(try await messages(database, limit: 3) == ["1", "2", "3"])
        #expect(try await messages(database, after: 3, limit: 3) == ["4", "5", "6"])
        #expect(try await messages(database, after: 6, limit: 3) == ["7"])
        #expect(try await messages(database, after: 7).isEmpty)
    }

    @Test(
        "knows where the newest entries begin",
        arguments: [(1, ["7"]), (3, ["5", "6", "7"]), (7, ["1", "2", "3", "4", "5", "6", "7"]), (100, ["1", "2"])]
    )
    func newest(count: Int, beginning: [String]) async throws {
        try await database.append((1...7).map { entry("\($0)") })
        let start = try await database.logNumber(beforeNewest: count, of: EventLogFilter())
        #expect(try await messages(database, after: start).prefix(beginning.count) == beginning[...])
    }

    @Test(
        "is filtered by level and graver ones, user, connector and diagnosis",
        arguments: [
            (EventLogFilter(leastLevel: .info), ["i", "n", "w", "e", "c"]),
            (EventLogFilter(leastLevel: .warning), ["w", "e", "c"]),
            (EventLogFilter(leastLevel: .critical), ["c"]),
            (EventLogFilter(user: "ada@example.com"), ["i", "w"]),
            (EventLogFilter(connector: "hq"), ["e"]),
            (EventLogFilter(diagnosis: "tls.expired"), ["e", "c"]),
            (EventLogFilter(leastLevel: .notice, user: "ada@example.com"), ["w"]),
            (EventLogFilter(user: "nobody@example.com"), []),
        ]
    )
    func filters(filter: EventLogFilter, expected: [String]) async throws {
        try await database.append([
            entry("i", .info, ["user": "ada@example.com"]),
            entry("n", .notice, ["user": "bob@example.com"]),
            entry("w", .warning, ["user": "ada@example.com", "diagnosis": "calendar.no-access"]),
            entry("e", .error, ["connector": "hq", "diagnosis": "tls.expired"]),
            entry("c", .critical, ["connector": "branch", "diagnosis": "tls.expired"]),
        ])
        #expect(try await messages(database, filter) == expected)
        let start = try await database.logNumber(beforeNewest: 1, of: filter)
        #expect(try await messages(database, filter, after: start) == Array(expected.suffix(1)))
    }

    @Test("keeps the newest ten thousand, and numbers go on")
    func bounded() async throws {
        for page in 0..<21 {
            try await place.database.append((0..<500).map { entry("\(page * 500 + $0)") })
        }
        let all = try await place.database.logEntries(EventLogFilter(), after: 0, limit: 20_000)
        #expect(all.count == 10_000)
        #expect(all.first?.number == 501)
        #expect(all.last?.number == 10_500)
        try place.database.close()
        let again = try PresenceDatabase.open(path: place.folder.file("presence.sqlite"), at: monday).database
        try await again.append([entry("after the restart")])
        #expect(try await again.newestLogNumber() == 10_501)
    }

    @Test("cuts what is too long to be kept, and says so")
    func cuts() async throws {
        let long = String(repeating: "é", count: 5_000)
        try await database.append([entry(long, .info, ["output": long])])
        let kept = try #require(try await database.logEntries(EventLogFilter(), after: 0, limit: 1).first?.entry)
        #expect(kept.message.utf8.count <= 4_096 + 3 && kept.message.hasSuffix("…"))
        #expect(kept.fields["output"].map { $0.utf8.count <= 1_024 + 3 && $0.hasSuffix("…") } == true)
        #expect(kept.message.hasPrefix(String(repeating: "é", count: 2_000)))
    }

    @Test("can be read by an administrator", .enabled(if: Workplace.hasSQLite3, "needs sqlite3"))
    func view() async throws {
        try await place.database.append([entry("Cannot read", .warning, ["user": "ada@example.com"])])
        #expect(
            try place.sqlite3("SELECT number, at, level, message, user FROM log")
                == "1|2026-11-23T08:00:00Z|warning|Cannot read|ada@example.com\n"
        )
    }
}
