import Availability
import Foundation
import GRDB

// An event stands behind every earlier one of its user, and of its extension, which may have been another user's before.
// Only one with nothing before it has a time at which it is due. Of each hook, user and extension there are at most two
// rows: one that is being sent, and the newest that waits.
extension Database {
    /// Puts an event into the outbox of one hook.
    ///
    /// One of the same user and extension that waits is replaced where it stands in the queue: its successor takes over
    /// its place, `previous`, and when it is due, so that neither a user who changes often starves nor a receiver in
    /// trouble is hurried. Only a repetition that has not been tried hands on no time: what is new is due at once. Where
    /// something was put behind the one that waits, the new one goes to the end, so that the order stays true.
    func enqueue(_ event: PresenceEvent, for hook: String) throws {
        guard let waiting = try waitingEvent(of: event.user, event.phoneExtension, for: hook) else {
            return try append(event, previous: event.previous.rawValue, for: hook)
        }
        guard !waiting.isLast else { return try replace(waiting.position, by: event) }
        try run("DELETE FROM outbox WHERE position = ?", [waiting.position])
        try append(event, previous: waiting.previous, for: hook)
        try letFollow(event.user, event.phoneExtension, of: hook, notBefore: waiting.retryAt)
    }

    /// Gives those a time that stood behind an event of this user and extension, which has gone, and behind nothing else.
    /// - Parameter notBefore: in seconds since 1970, where the receiver is in trouble.
    func letFollow(
        _ user: MailboxAddress,
        _ phoneExtension: String?,
        of hook: String,
        notBefore: Int64? = nil
    ) throws {
        try run(
            """
            UPDATE outbox SET due_at = max(at, coalesce(:notBefore, at))
            WHERE position IN (
                    SELECT min(position) FROM outbox WHERE address = :user AND hook = :hook
                    UNION SELECT min(position) FROM outbox WHERE extension = :extension AND hook = :hook
                )
                AND due_at IS NULL AND NOT being_sent
                AND NOT EXISTS (
                    SELECT 1 FROM outbox AS earlier WHERE earlier.address = outbox.address
                        AND earlier.hook = outbox.hook AND earlier.position < outbox.position
                )
                AND NOT EXISTS (
                    SELECT 1 FROM outbox AS earlier WHERE earlier.extension = outbox.extension
                        AND earlier.hook = outbox.hook AND earlier.position < outbox.position
                )
            """,
            ["user": user.text, "extension": phoneExtension, "hook": hook, "notBefore": notBefore]
        )
    }
}

extension Database {
    private struct WaitingEvent {
        var position: Int64
        var previous: String
        /// When it is tried again, after it failed.
        var retryAt: Int64?
        /// Whether nothing stands behind it.
        var isLast: Bool
    }

    private func waitingEvent(
        of user: MailboxAddress,
        _ phoneExtension: String?,
        for hook: String
    ) throws -> WaitingEvent? {
        let row = try row(
            """
            SELECT position, previous, CASE WHEN attempts > 0 THEN due_at END,
                NOT EXISTS (
                    SELECT 1 FROM outbox AS later WHERE later.address = outbox.address
                        AND later.hook = outbox.hook AND later.position > outbox.position
                )
                AND NOT EXISTS (
                    SELECT 1 FROM outbox AS later WHERE later.extension = outbox.extension
                        AND later.hook = outbox.hook AND later.position > outbox.position
                )
            FROM outbox WHERE address = ? AND hook = ? AND extension IS ? AND NOT being_sent
            ORDER BY position DESC LIMIT 1
            """,
            [user.text, hook, phoneExtension]
        )
        guard let row else { return nil }
        var columns = ColumnReader(row)
        guard let position = columns.number(), let previous = columns.text() else { return nil }
        let retryAt = columns.number()
        return WaitingEvent(position: position, previous: previous, retryAt: retryAt, isLast: columns.flag())
    }

    private func append(_ event: PresenceEvent, previous: String, for hook: String) throws {
        try run(
            """
            INSERT INTO outbox (event_id, extension, presence, reason, since, until, internal_text, external_text,
                sequence, freshness, at, previous, hook, address, due_at)
            VALUES (:id, :extension, :presence, :reason, :since, :until, :internal, :external, :sequence, :freshness,
                :at, :previous, :hook, :user,
                CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE address = :user AND hook = :hook)
                    OR EXISTS (SELECT 1 FROM outbox WHERE extension = :extension AND hook = :hook)
                THEN NULL ELSE :at END)
            """,
            Self.values(of: event) + ["previous": previous, "hook": hook, "user": event.user.text]
        )
    }

    private func replace(_ position: Int64, by event: PresenceEvent) throws {
        try run(
            """
            UPDATE outbox SET event_id = :id, extension = :extension, presence = :presence, reason = :reason,
                since = :since, until = :until, internal_text = :internal, external_text = :external,
                sequence = :sequence, freshness = :freshness, at = :at,
                due_at = CASE WHEN repeats AND attempts = 0 THEN min(due_at, :at) ELSE due_at END, repeats = 0
            WHERE position = :position
            """,
            Self.values(of: event) + ["position": position]
        )
    }

    /// Everything of the event but its user and `previous`.
    private static func values(of event: PresenceEvent) -> StatementArguments {
        let current = event.current
        return [
            "id": event.id, "extension": event.phoneExtension, "presence": current.presence.rawValue,
            "reason": current.reason.rawValue, "since": current.since.seconds, "until": current.until?.seconds,
            "internal": current.announcement?.internalText, "external": current.announcement?.externalText,
            "sequence": current.sequence, "freshness": event.freshness.rawValue, "at": event.at.seconds,
        ]
    }
}
