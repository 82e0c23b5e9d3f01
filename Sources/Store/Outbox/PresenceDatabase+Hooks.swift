package import Availability
import Foundation
import GRDB

/// A hook that stays, told as before but maybe of others.
struct KeptHook: Sendable {
    var name: String
    /// Whom it told until now.
    var before: HookAudience
    var after: HookAudience
}

extension PresenceDatabase {
    /// Makes the hooks those of the configuration. One that goes takes its events, counts and publications with it. So
    /// does one whose target is another, which then comes as a new one: its receiver knows nothing.
    ///
    /// Of hooks that a program of an earlier schema left, target and audience are not known: they are taken as they are
    /// now, so that an update tells nobody anything.
    /// - Returns: those that stay, without the disabled ones, the names of the new ones, which are not told yet, and of
    ///   those that stay and tell in another manner.
    static func syncHooks(
        _ hooks: [HookRegistration],
        _ database: Database
    ) throws -> (kept: [KeptHook], new: [String], changed: [String]) {
        let wanted = Dictionary(hooks.map { ($0.name, $0) }) { first, _ in first }
        let stored = try database.storedHooks().filter { name, hook in
            guard let target = wanted[name]?.target else { return false }
            return (hook.target ?? target) == target
        }
        let names = String(decoding: try JSONEncoder().encode(stored.keys.sorted()), as: UTF8.self)
        try database.run("DELETE FROM hook WHERE name NOT IN (SELECT value FROM json_each(?))", [names])
        for table in ["outbox", "publication"] {
            try database.run("DELETE FROM \(table) WHERE hook NOT IN (SELECT name FROM hook)")
        }
        var (kept, new, changed): ([KeptHook], [String], [String]) = ([], [], [])
        for hook in wanted.values.sorted(by: { $0.name < $1.name }) {
            try database.run(
                """
                INSERT INTO hook (name, target, manner, audience) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET target = excluded.target, manner = excluded.manner,
                    audience = excluded.audience
                """,
                [hook.name, hook.target, hook.manner, try StoredAudience.text(hook.audience)]
            )
            guard let before = stored[hook.name] else {
                new.append(hook.name)
                continue
            }
            guard !before.isDisabled else { continue }
            if let manner = before.manner, manner != hook.manner { changed.append(hook.name) }
            let audience = before.audience ?? hook.audience
            kept.append(KeptHook(name: hook.name, before: audience, after: hook.audience))
        }
        return (kept, new, changed)
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
    fileprivate struct StoredHook {
        var target: String?
        var manner: String?
        var audience: HookAudience?
        var isDisabled: Bool
    }

    fileprivate func storedHooks() throws -> [String: StoredHook] {
        var stored: [String: StoredHook] = [:]
        let rows = try rows("SELECT name, target, manner, audience, disabled_at IS NOT NULL FROM hook")
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            guard let name = columns.text() else { continue }
            let (target, manner) = (columns.text(), columns.text())
            let audience = columns.text().flatMap(StoredAudience.read)
            stored[name] = StoredHook(target: target, manner: manner, audience: audience, isDisabled: columns.flag())
        }
        return stored
    }

    /// Those whose receivers want nothing more.
    func disabledHooks() throws -> Set<String> {
        Set(try String.fetchAll(cachedStatement(sql: "SELECT name FROM hook WHERE disabled_at IS NOT NULL")))
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
