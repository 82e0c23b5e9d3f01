package import Availability
package import Foundation
import GRDB

extension PresenceDatabase {
    /// Takes up to `limit` events of `hook` that are due at `now`, longest due first, and marks them as being sent.
    ///
    /// Of each user only the first has a time at which it is due: while that is being sent, the one behind it waits.
    package func take(for hook: String, dueAt now: Date, limit: Int) async throws(StoreFailure) -> [OutboxEntry] {
        guard limit > 0 else { return [] }
        return try await write { database in
            var entries: [OutboxEntry] = []
            var positions: [Int64] = []
            let rows = try database.rows(
                """
                SELECT outbox.position, \(ColumnReader.outboxColumns)
                FROM outbox WHERE hook = ? AND due_at <= ? ORDER BY due_at, position LIMIT ?
                """,
                [hook, now.seconds, limit]
            )
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                guard let position = columns.number(), let entry = columns.outboxEntry(of: hook) else { continue }
                positions.append(position)
                entries.append(entry)
            }
            for position in positions {
                try database.run("UPDATE outbox SET being_sent = 1, due_at = NULL WHERE position = ?", [position])
            }
            return entries
        }
    }

    /// These events were delivered; newer ones of the same users may now be taken.
    package func delivered(_ entries: [OutboxEntry], at time: Date) async throws(StoreFailure) {
        try await write { database in
            for entry in entries {
                if let head = try Self.head(entry, database) {
                    try database.deleteEvent(head.position)
                    if let successor = head.successor { try database.letFollow(successor) }
                }
                try database.run("UPDATE hook SET delivered = delivered + 1 WHERE name = ?", [entry.hook])
            }
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
                UPDATE hook SET failed = failed + 1, last_error = ?, last_error_at = ? WHERE name = ?
                """,
                [String(why.prefix(Self.longestReason)), time.seconds, entry.hook]
            )
        }
    }

    /// When the next event of `hook` that could be taken is due; `nil` where none waits. What stands behind an event
    /// that is being sent does not count: it can be taken when that one is done.
    package func nextDue(for hook: String) async throws(StoreFailure) -> Date? {
        try await read { database in
            let sql = "SELECT due_at FROM outbox WHERE hook = ? AND due_at IS NOT NULL ORDER BY due_at LIMIT 1"
            guard let row = try database.row(sql, [hook]) else { return nil }
            var columns = ColumnReader(row)
            return columns.time()
        }
    }

    /// Forgets that anything is being sent.
    package func releaseAll() async throws(StoreFailure) {
        try await write { try $0.run("UPDATE outbox SET being_sent = 0, due_at = at WHERE being_sent") }
    }
}

extension PresenceDatabase {
    /// Characters kept of the reason of a failure.
    private static let longestReason = 1_000

    private struct Head {
        var position: Int64
        var previous: String
        var attempts: Int64
        /// The event behind it, if there is one.
        var successor: Int64?
    }

    /// The row of an entry that was taken; `nil` where its hook went meanwhile.
    private static func head(_ entry: OutboxEntry, _ database: Database) throws -> Head? {
        let row = try database.row(
            """
            SELECT position, previous, attempts, (
                SELECT min(newer.position) FROM outbox AS newer
                WHERE newer.address = outbox.address AND newer.hook = outbox.hook AND newer.position > outbox.position
            )
            FROM outbox WHERE address = ? AND hook = ? AND event_id = ?
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
        } else if let successor = head.successor {
            try database.letFollow(successor)
        } else {
            try database.deleteEvent(head.position)
        }
    }
}

extension Database {
    fileprivate func deleteEvent(_ position: Int64) throws {
        try run("DELETE FROM outbox WHERE position = ?", [position])
    }

    /// The event that stood behind another is now the first of its user, and due.
    fileprivate func letFollow(_ position: Int64) throws {
        try run("UPDATE outbox SET due_at = at WHERE position = ?", [position])
    }
}
