package import Availability
import GRDB

/// How much the database holds.
package struct DatabaseStatistics: Hashable, Sendable {
    /// Of the file, without the write-ahead log.
    package var bytes: Int
    package var users: Int
    package var busyIntervals: Int
    /// Events in the outbox, of all hooks.
    package var queuedEvents: Int
}

extension PresenceDatabase {
    /// What was last `set` under this name, such as whether a connector was switched off by hand.
    package func setting(_ name: String) async throws(StoreFailure) -> String? {
        try await read { database in
            guard let row = try database.row("SELECT value FROM setting WHERE name = ?", [name]) else { return nil }
            var columns = ColumnReader(row)
            return columns.text()
        }
    }

    /// All settings by name.
    package func settings() async throws(StoreFailure) -> [String: String] {
        try await read { database in
            var settings: [String: String] = [:]
            let rows = try database.rows("SELECT name, value FROM setting")
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                guard let name = columns.text(), let value = columns.text() else { continue }
                settings[name] = value
            }
            return settings
        }
    }

    /// Remembers a value under a name; `nil` forgets it.
    package func set(_ name: String, to value: String?) async throws(StoreFailure) {
        try await write { database in
            guard let value else { return try database.run("DELETE FROM setting WHERE name = ?", [name]) }
            try database.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", [name, value])
        }
    }

    /// Counts what is stored; reads the whole table of intervals, so not for a hot path.
    package func size() async throws(StoreFailure) -> DatabaseStatistics {
        try await read { database in
            let row = try database.row(
                """
                SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size),
                    (SELECT count(*) FROM user), (SELECT count(*) FROM busy_interval), (SELECT count(*) FROM outbox)
                """
            )
            var columns = ColumnReader(row ?? Row())
            let numbers = (columns.number(), columns.number(), columns.number(), columns.number())
            return DatabaseStatistics(
                bytes: Int(numbers.0 ?? 0),
                users: Int(numbers.1 ?? 0),
                busyIntervals: Int(numbers.2 ?? 0),
                queuedEvents: Int(numbers.3 ?? 0)
            )
        }
    }
}
