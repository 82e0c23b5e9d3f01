package import Availability
package import Foundation
import GRDB

extension PresenceDatabase {
    /// Takes up to `limit` events of `hook` that are due at `now`, oldest first, and marks them as being sent.
    ///
    /// Of each user only the oldest is looked at: while it is being sent, or waits to be repeated, the one behind it
    /// waits too.
    package func take(for hook: String, dueAt now: Date, limit: Int) async throws(StoreFailure) -> [OutboxEntry] {
        guard limit > 0 else { return [] }
        return try await write { database in
            var entries: [OutboxEntry] = []
            var positions: [Int64] = []
            let rows = try database.rows(
                """
                SELECT outbox.position, \(ColumnReader.outboxColumns)
                FROM outbox JOIN user ON user.id = outbox.user_id
                WHERE \(Self.waitingHead) AND due_at <= :now
                ORDER BY outbox.position LIMIT :limit
                """,
                ["hook": hook, "now": now.seconds, "limit": limit]
            )
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                guard let position = columns.number(), let entry = columns.outboxEntry(of: hook) else { continue }
                positions.append(position)
                entries.append(entry)
            }
            for position in positions {
                try database.run("UPDATE outbox SET being_sent = 1 WHERE position = ?", [position])
            }
            return entries
        }
    }

    /// The event was delivered; a newer one of the same user may now be taken.
    package func delivered(_ entry: OutboxEntry, at time: Date) async throws(StoreFailure) {
        try await write { database in
            if let head = try Self.head(entry, database) { try database.deleteEvent(head.position) }
            try database.run(
                """
                INSERT INTO hook_statistics (hook, delivered) VALUES (?, 1)
                ON CONFLICT (hook) DO UPDATE SET delivered = delivered + 1
                """,
                [entry.hook]
            )
        }
    }

    /// The event was not delivered and is due again at `retryAt`, or given up without it.
    ///
    /// Where a newer one waits behind it, that one takes its place: with its `previous`, which is what the receiver
    /// still shows, and at `retryAt`.
    package func failed(
        _ entry: OutboxEntry,
        at time: Date,
        retryAt: Date?,
        why: String
    ) async throws(StoreFailure) {
        try await write { database in
            if let head = try Self.head(entry, database) { try Self.settle(head, retryAt: retryAt, database) }
            try database.run(
                """
                INSERT INTO hook_statistics (hook, failed, last_error, last_error_at) VALUES (?, 1, ?, ?)
                ON CONFLICT (hook) DO UPDATE SET failed = failed + 1, last_error = excluded.last_error,
                    last_error_at = excluded.last_error_at
                """,
                [entry.hook, String(why.prefix(Self.longestReason)), time.seconds]
            )
        }
    }

    /// When the next event of `hook` that could be taken is due; `nil` where none waits. What stands behind an event
    /// that is being sent does not count: it can be taken when that one is done.
    package func nextDue(for hook: String) async throws(StoreFailure) -> Date? {
        try await read { database in
            let sql = "SELECT min(due_at) FROM outbox WHERE \(Self.waitingHead)"
            guard let row = try database.row(sql, ["hook": hook]) else { return nil }
            var columns = ColumnReader(row)
            return columns.time()
        }
    }

    /// Forgets that anything is being sent.
    package func releaseAll() async throws(StoreFailure) {
        try await write { try $0.run("UPDATE outbox SET being_sent = 0 WHERE being_sent") }
    }

    /// Counts of each hook, by name.
    package func statistics() async throws(StoreFailure) -> [String: OutboxStatistics] {
        try await read { database in
            var statistics: [String: OutboxStatistics] = [:]
            let counts = try database.rows("SELECT hook, delivered, failed, last_error FROM hook_statistics")
            while let row = try counts.next() {
                var columns = ColumnReader(row)
                guard let hook = columns.text() else { continue }
                let numbers = (columns.number() ?? 0, columns.number() ?? 0)
                statistics[hook] = OutboxStatistics(
                    delivered: Int(numbers.0),
                    failed: Int(numbers.1),
                    lastError: columns.text()
                )
            }
            let queues = try database.rows("SELECT hook, count(*) FROM outbox GROUP BY hook")
            while let row = try queues.next() {
                var columns = ColumnReader(row)
                guard let hook = columns.text() else { continue }
                statistics[hook, default: OutboxStatistics()].queued = Int(columns.number() ?? 0)
            }
            return statistics
        }
    }

    /// Forgets events and counts of all hooks but these: the others were taken out of the configuration.
    package func forgetHooks(except names: [String]) async throws(StoreFailure) {
        try await write { database in
            let kept = String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
            for table in ["outbox", "hook_statistics"] {
                try database.run("DELETE FROM \(table) WHERE hook NOT IN (SELECT value FROM json_each(?))", [kept])
            }
        }
    }
}

extension PresenceDatabase {
    /// Characters kept of the reason of a failure.
    private static let longestReason = 1_000

    /// The oldest event of each user, where it is not being sent; wants `:hook`.
    private static let waitingHead = """
        hook = :hook AND NOT being_sent AND NOT EXISTS (
            SELECT 1 FROM outbox AS older
            WHERE older.user_id = outbox.user_id AND older.hook = :hook AND older.position < outbox.position
        )
        """

    private struct Head {
        var position: Int64
        var previous: String
        var attempts: Int64
        /// The event behind it, if there is one.
        var successor: Int64?
    }

    /// The row of an entry that was taken; `nil` where its user went meanwhile.
    private static func head(_ entry: OutboxEntry, _ database: Database) throws -> Head? {
        let row = try database.row(
            """
            SELECT position, previous, attempts, (
                SELECT min(newer.position) FROM outbox AS newer
                WHERE newer.user_id = outbox.user_id AND newer.hook = outbox.hook AND newer.position > outbox.position
            )
            FROM outbox
            WHERE user_id = (SELECT id FROM user WHERE address = ?) AND hook = ? AND event_id = ?
            """,
            [entry.event.user.text, entry.hook, entry.event.id]
        )
        guard let row else { return nil }
        var columns = ColumnReader(row)
        guard let position = columns.number(), let previous = columns.text() else { return nil }
        let attempts = columns.number() ?? 0
        return Head(position: position, previous: previous, attempts: attempts, successor: columns.number())
    }

    private static func settle(_ head: Head, retryAt: Date?, _ database: Database) throws {
        if let successor = head.successor {
            try database.deleteEvent(head.position)
            try database.run("UPDATE outbox SET previous = ? WHERE position = ?", [head.previous, successor])
        }
        let waiting = head.successor ?? head.position
        if let retryAt {
            try database.run(
                "UPDATE outbox SET being_sent = 0, due_at = ?, attempts = ? WHERE position = ?",
                [retryAt.secondsRoundedUp, head.attempts + 1, waiting]
            )
        } else if head.successor == nil {
            try database.deleteEvent(head.position)
        }
    }
}

extension Database {
    fileprivate func deleteEvent(_ position: Int64) throws {
        try run("DELETE FROM outbox WHERE position = ?", [position])
    }
}
