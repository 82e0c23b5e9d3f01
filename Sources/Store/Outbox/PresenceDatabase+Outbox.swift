package import Availability
package import Foundation
import GRDB

extension PresenceDatabase {
    /// Takes up to `limit` events of `hook` that are due at `now`, and marks them as being sent: what is new first, then
    /// what only repeats; of each the longest due first.
    package func take(for hook: String, dueAt now: Date, limit: Int) async throws(StoreFailure) -> [OutboxEntry] {
        guard limit > 0 else { return [] }
        return try await write { database in
            var entries: [OutboxEntry] = []
            var positions: [Int64] = []
            for repeats in [false, true] where entries.count < limit {
                let rows = try database.rows(
                    """
                    SELECT outbox.position, \(ColumnReader.outboxColumns) FROM outbox
                    WHERE hook = ? AND repeats = ? AND due_at <= ? ORDER BY due_at, position LIMIT ?
                    """,
                    [hook, repeats, now.seconds, limit - entries.count]
                )
                while let row = try rows.next() {
                    var columns = ColumnReader(row)
                    guard let position = columns.number(), let entry = columns.outboxEntry(of: hook) else { continue }
                    positions.append(position)
                    entries.append(entry)
                }
            }
            for position in positions {
                try database.run("UPDATE outbox SET being_sent = 1, due_at = NULL WHERE position = ?", [position])
            }
            return entries
        }
    }

    /// These events were delivered; what stood behind them may now be taken.
    package func delivered(_ entries: [OutboxEntry], at time: Date) async throws(StoreFailure) {
        try await write { database in
            for entry in entries {
                let event = entry.event
                try database.run(
                    "DELETE FROM outbox WHERE address = ? AND hook = ? AND event_id = ?",
                    [event.user.text, entry.hook, event.id]
                )
                guard database.changesCount > 0 else { continue }
                try database.letFollow(event.user, event.phoneExtension, of: entry.hook)
            }
            for (hook, entries) in Dictionary(grouping: entries, by: \.hook) {
                try database.run("UPDATE hook SET delivered = delivered + ? WHERE name = ?", [entries.count, hook])
            }
        }
    }

    /// The event was not delivered and is due again at `retryAt`, or given up without it.
    ///
    /// Where a newer one of the same user and extension waits behind it, that one goes on from its `previous`, which is
    /// what the receiver still shows, and not before `retryAt`.
    package func failed(
        _ entry: OutboxEntry,
        at time: Date,
        retryAt: Date?,
        why: String
    ) async throws(StoreFailure) {
        try await write { database in
            if let head = try Self.head(entry, database) { try Self.settle(head, entry, retryAt: retryAt, database) }
            try database.run(
                """
                UPDATE hook SET failed = failed + 1, last_error = ?, last_error_at = ? WHERE name = ?
                """,
                [String(why.prefix(Self.longestReason)), time.seconds, entry.hook]
            )
        }
    }

    /// When the next event of `hook` that could be taken is due; `nil` where none waits. What stands behind another event
    /// does not count: it can be taken when that one is done.
    package func nextDue(for hook: String) async throws(StoreFailure) -> Date? {
        try await read { database in
            let sql = """
                SELECT min(due_at) FROM (
                    SELECT min(due_at) AS due_at FROM outbox WHERE hook = :hook AND repeats = 0
                    UNION ALL SELECT min(due_at) FROM outbox WHERE hook = :hook AND repeats = 1
                )
                """
            guard let row = try database.row(sql, ["hook": hook]) else { return nil }
            var columns = ColumnReader(row)
            return columns.time()
        }
    }

    /// What failed and waits for another attempt is due now.
    package func hasten(_ hook: String, at now: Date) async throws(StoreFailure) {
        try await write { database in
            try database.run(
                "UPDATE outbox SET due_at = :now WHERE hook = :hook AND attempts > 0 AND due_at > :now",
                ["hook": hook, "now": now.seconds]
            )
        }
    }

    /// Forgets that anything is being sent.
    package func releaseAll() async throws(StoreFailure) {
        try await write { try $0.run("UPDATE outbox SET being_sent = 0, due_at = at WHERE being_sent") }
    }
}

extension PresenceDatabase {
    /// Characters kept of the reason of a failure.
    static let longestReason = 1_000

    private struct Head {
        var position: Int64
        var previous: String
        var attempts: Int64
        var repeats: Bool
        /// The newer event of the same user and extension, if there is one.
        var successor: Int64?
    }

    /// The row of an entry that was taken; `nil` where its hook went meanwhile.
    private static func head(_ entry: OutboxEntry, _ database: Database) throws -> Head? {
        let row = try database.row(
            """
            SELECT position, previous, attempts, repeats, (
                SELECT newer.position FROM outbox AS newer WHERE newer.address = outbox.address
                    AND newer.hook = outbox.hook AND newer.extension IS outbox.extension
                    AND newer.position > outbox.position
            )
            FROM outbox WHERE address = ? AND hook = ? AND event_id = ?
            """,
            [entry.event.user.text, entry.hook, entry.event.id]
        )
        guard let row else { return nil }
        var columns = ColumnReader(row)
        guard let position = columns.number(), let previous = columns.text() else { return nil }
        let attempts = columns.number() ?? 0
        let repeats = columns.flag()
        return Head(
            position: position,
            previous: previous,
            attempts: attempts,
            repeats: repeats,
            successor: columns.number()
        )
    }

    private static func settle(_ head: Head, _ entry: OutboxEntry, retryAt: Date?, _ database: Database) throws {
        let attempts = retryAt == nil ? 0 : head.attempts + 1
        if let successor = head.successor {
            // A repetition behind what was new is what is new now.
            try database.run(
                "UPDATE outbox SET previous = ?, attempts = ?, repeats = repeats AND ? WHERE position = ?",
                [head.previous, attempts, head.repeats, successor]
            )
        } else if let retryAt {
            return try database.run(
                "UPDATE outbox SET being_sent = 0, due_at = ?, attempts = ? WHERE position = ?",
                [retryAt.secondsRoundedUp, attempts, head.position]
            )
        }
        try database.run("DELETE FROM outbox WHERE position = ?", [head.position])
        let event = entry.event
        let notBefore = retryAt?.secondsRoundedUp
        try database.letFollow(event.user, event.phoneExtension, of: entry.hook, notBefore: notBefore)
    }
}
