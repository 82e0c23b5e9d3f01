package import Availability
import Foundation
import GRDB

extension PresenceDatabase {
    static func syncHooks(
        _ hooks: [HookRegistration],
        at time: Date,
        staleAfter: TimeInterval,
        _ database: Database
    ) throws {
        let wanted = String(decoding: try JSONEncoder().encode(hooks.map(\.name)), as: UTF8.self)
        try database.run("DELETE FROM hook WHERE name NOT IN (SELECT value FROM json_each(?))", [wanted])
        try database.run("DELETE FROM outbox WHERE hook NOT IN (SELECT name FROM hook)")
        let known = try database.hookNames()
        for name in Set(hooks.map(\.name)).subtracting(known) {
            try database.run("INSERT INTO hook (name) VALUES (?)", [name])
            try database.introduce(name, at: time, staleAfter: staleAfter)
        }
    }

    /// Counts of each hook, by name.
    package func statistics() async throws(StoreFailure) -> [String: OutboxStatistics] {
        try await read { database in
            var statistics: [String: OutboxStatistics] = [:]
            let counts = try database.rows(
                "SELECT name, delivered, failed, last_error, last_error_at, disabled_at FROM hook"
            )
            while let row = try counts.next() {
                var columns = ColumnReader(row)
                guard let hook = columns.text() else { continue }
                let numbers = (columns.number() ?? 0, columns.number() ?? 0)
                statistics[hook] = OutboxStatistics(
                    delivered: Int(numbers.0),
                    failed: Int(numbers.1),
                    lastError: columns.text(),
                    lastErrorAt: columns.time(),
                    disabledAt: columns.time()
                )
            }
            let queues = try database.rows("SELECT hook, count(*), min(at) FROM outbox GROUP BY hook")
            while let row = try queues.next() {
                var columns = ColumnReader(row)
                guard let hook = columns.text() else { continue }
                statistics[hook, default: OutboxStatistics()].queued = Int(columns.number() ?? 0)
                statistics[hook]?.oldestAt = columns.time()
            }
            return statistics
        }
    }
}

extension Database {
    /// The hooks that events are put into the outbox for.
    func hookNames() throws -> [String] {
        try String.fetchAll(cachedStatement(sql: "SELECT name FROM hook"))
    }

    /// Those whose receivers want nothing more.
    func disabledHooks() throws -> Set<String> {
        Set(try String.fetchAll(cachedStatement(sql: "SELECT name FROM hook WHERE disabled_at IS NOT NULL")))
    }

    /// Within SQLite, so that its memory does not grow with the number of users.
    fileprivate func introduce(_ hook: String, at time: Date, staleAfter: TimeInterval) throws {
        try run(
            """
            INSERT INTO outbox (hook, address, event_id, extension, presence, previous, reason, freshness, since, until,
                internal_text, external_text, sequence, at, due_at)
            SELECT :hook, address, \(EventIdentifier.function)(), extension, presence, 'unknown', reason,
                \(ColumnReader.freshness), since, until, internal_text, external_text, sequence, :now, :now
            FROM user
            JOIN presence ON presence.user_id = user.id
            LEFT JOIN calendar ON calendar.user_id = user.id
            WHERE enabled AND presence <> 'unknown'
            ORDER BY address
            """,
            ["hook": hook, "now": time.seconds, "staleAfter": staleAfter]
        )
    }
}

/// What tells events apart, for those that the database makes itself.
enum EventIdentifier {
    /// The name under which statements call `make`.
    static let function = "event_identifier"

    static func make() -> String { UUID().uuidString }

    static func register(in database: Database) {
        database.add(function: DatabaseFunction(function, argumentCount: 0, pure: false) { _ in make() })
    }
}
