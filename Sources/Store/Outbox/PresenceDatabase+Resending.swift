package import Availability
package import Foundation
import GRDB

extension PresenceDatabase {
    /// Has the hook told once more what every user of its audience shows now, so many a second.
    ///
    /// Within SQLite, so that its memory does not grow with the number of users.
    package func resend(
        for hook: String,
        at now: Date,
        perSecond: Int,
        staleAfter: TimeInterval
    ) async throws(StoreFailure) -> Int {
        try await write { database in
            try database.run(
                """
                INSERT INTO outbox (hook, address, event_id, extension, presence, previous, reason, freshness, since,
                    until, internal_text, external_text, sequence, at, due_at, repeats)
                SELECT :hook, address, \(EventIdentifier.function)(), extension, presence, 'unknown', reason,
                    \(ColumnReader.freshness), since, until, internal_text, external_text, sequence, :now,
                    :now + (row_number() OVER (ORDER BY address) - 1) / :perSecond, 1
                FROM user
                JOIN presence ON presence.user_id = user.id
                LEFT JOIN calendar ON calendar.user_id = user.id
                WHERE enabled AND presence <> 'unknown'
                    AND NOT EXISTS (SELECT 1 FROM outbox WHERE hook = :hook AND outbox.address = user.address)
                    AND EXISTS (SELECT 1 FROM hook WHERE name = :hook AND disabled_at IS NULL)
                ORDER BY address
                """,
                ["hook": hook, "now": now.seconds, "staleAfter": staleAfter, "perSecond": max(1, perSecond)]
            )
            return database.changesCount
        }
    }

    /// The hook is told nothing more, and what waits for it is forgotten.
    package func disable(_ hook: String, at time: Date, why: String) async throws(StoreFailure) {
        try await write { database in
            try database.run(
                "UPDATE hook SET disabled_at = ?, last_error = ?, last_error_at = ? WHERE name = ?",
                [time.seconds, why, time.seconds, hook]
            )
            try database.run("DELETE FROM outbox WHERE hook = ?", [hook])
        }
    }

    /// Takes that back.
    package func enable(_ hook: String) async throws(StoreFailure) {
        try await write { try $0.run("UPDATE hook SET disabled_at = NULL WHERE name = ?", [hook]) }
    }
}
