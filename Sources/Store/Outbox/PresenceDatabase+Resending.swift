package import Availability
package import Foundation
import GRDB

extension PresenceDatabase {
    /// Has the hook told once more what every user of its audience shows now, so many a second.
    ///
    /// Left out are users with an event that waits: it tells the same. Behind one that is being sent the repetition is put
    /// all the same, since nobody can say whether the receiver got it before or after it forgot.
    package func resend(
        for hook: String,
        at now: Date,
        perSecond: Int,
        staleAfter: TimeInterval
    ) async throws(StoreFailure) -> Int {
        try await write { try $0.tellAll(hook, at: now, staleAfter: staleAfter, perSecond: max(1, perSecond)) }
    }

    /// The hook is told nothing more, and what waits for it is forgotten.
    package func disable(_ hook: String, at time: Date, why: String) async throws(StoreFailure) {
        try await write { database in
            try database.run(
                "UPDATE hook SET disabled_at = ?, last_error = ?, last_error_at = ? WHERE name = ?",
                [time.seconds, String(why.prefix(Self.longestReason)), time.seconds, hook]
            )
            try database.run("DELETE FROM outbox WHERE hook = ?", [hook])
        }
    }

    /// Takes that back.
    package func enable(_ hook: String) async throws(StoreFailure) {
        try await write { try $0.run("UPDATE hook SET disabled_at = NULL WHERE name = ?", [hook]) }
    }
}

extension Database {
    /// Has the hook told what every user of its audience shows, as a change from `unknown`.
    ///
    /// Within SQLite, so that its memory does not grow with the number of users. As with any event, one behind another of
    /// its user or extension is not due before that is done.
    /// - Parameter perSecond: how many repetitions become due in a second; `nil` where the receiver knows nothing yet and is
    ///   told at once.
    /// - Returns: how many users that are.
    @discardableResult
    func tellAll(_ hook: String, at time: Date, staleAfter: TimeInterval, perSecond: Int?) throws -> Int {
        try run(
            """
            INSERT INTO outbox (hook, address, event_id, extension, presence, previous, reason, freshness, since, until,
                internal_text, external_text, sequence, at, repeats, due_at)
            SELECT hook.name, address, \(EventIdentifier.function)(), extension, presence, 'unknown', reason,
                \(ColumnReader.freshness), since, until, internal_text, external_text, sequence, :now,
                :perSecond IS NOT NULL,
                CASE WHEN EXISTS (
                        SELECT 1 FROM outbox WHERE outbox.address = user.address AND outbox.hook = hook.name
                    )
                    OR EXISTS (
                        SELECT 1 FROM outbox WHERE outbox.extension = user.extension AND outbox.hook = hook.name
                    )
                    OR extension IS NOT NULL AND row_number() OVER (PARTITION BY extension ORDER BY address) > 1
                THEN NULL
                ELSE :now + coalesce((row_number() OVER (ORDER BY address) - 1) / :perSecond, 0) END
            FROM hook
            JOIN user
            JOIN presence ON presence.user_id = user.id
            LEFT JOIN calendar ON calendar.user_id = user.id
            WHERE hook.name = :hook AND disabled_at IS NULL AND enabled AND presence <> 'unknown'
                AND \(StoredAudience.function)(audience, extension, connector, presence)
                AND NOT EXISTS (
                    SELECT 1 FROM outbox WHERE outbox.address = user.address AND outbox.hook = hook.name
                        AND outbox.extension IS user.extension AND NOT being_sent
                )
            ORDER BY address
            """,
            ["hook": hook, "now": time.seconds, "staleAfter": staleAfter, "perSecond": perSecond]
        )
        return changesCount
    }
}
