import Availability
import Foundation
import GRDB

// Of each hook and user there are at most two rows: the head, which may be being sent, and the newest event behind it.
extension Database {
    /// Puts an event into the outbox of one hook.
    ///
    /// An event that waits is replaced where it stands in the queue: its successor takes over its place, `previous`, and
    /// when it is due, so that neither a user who changes often starves nor a receiver in trouble is hurried. Behind one
    /// that is being sent it is not due before that is done.
    func enqueue(_ event: PresenceEvent, for hook: String) throws {
        let newest = try row(
            "SELECT being_sent, position FROM outbox WHERE address = ? AND hook = ? ORDER BY position DESC LIMIT 1",
            [event.user.text, hook]
        )
        var dueAt: Int64? = event.at.seconds
        if let newest {
            var columns = ColumnReader(newest)
            let isBeingSent = columns.flag()
            if !isBeingSent, let position = columns.number() { return try replace(position, by: event) }
            dueAt = nil
        }
        try run(
            """
            INSERT INTO outbox (event_id, extension, presence, reason, since, until, internal_text, external_text,
                sequence, freshness, at, previous, hook, address, due_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            Self.values(of: event) + [event.previous.rawValue, hook, event.user.text, dueAt]
        )
    }

    private func replace(_ position: Int64, by event: PresenceEvent) throws {
        try run(
            """
            UPDATE outbox SET event_id = ?, extension = ?, presence = ?, reason = ?, since = ?, until = ?,
                internal_text = ?, external_text = ?, sequence = ?, freshness = ?, at = ?
            WHERE position = ?
            """,
            Self.values(of: event) + [position]
        )
    }

    /// Everything of the event but its user and `previous`.
    private static func values(of event: PresenceEvent) -> StatementArguments {
        let current = event.current
        return [
            event.id, event.phoneExtension, current.presence.rawValue, current.reason.rawValue, current.since.seconds,
            current.until?.seconds, current.announcement?.internalText, current.announcement?.externalText,
            current.sequence, event.freshness.rawValue, event.at.seconds,
        ]
    }
}

extension ColumnReader {
    static let outboxColumns = """
        outbox.event_id, outbox.address, outbox.extension, outbox.presence, outbox.reason, outbox.since, outbox.until,
        outbox.internal_text, outbox.external_text, outbox.sequence, outbox.previous, outbox.freshness, outbox.at,
        outbox.attempts
        """

    mutating func outboxEntry(of hook: String) -> OutboxEntry? {
        let id = text()
        let user = text().flatMap(MailboxAddress.init)
        let phoneExtension = text()
        let current = currentPresence()
        let previous = word(or: Presence.unknown)
        let freshness = word(or: Freshness.unknown)
        let at = time()
        let attempts = number() ?? 0
        guard let id, let user, let current, let at else { return nil }
        let event = PresenceEvent(
            id: id,
            user: user,
            phoneExtension: phoneExtension,
            current: current,
            previous: previous,
            freshness: freshness,
            at: at
        )
        return OutboxEntry(hook: hook, event: event, attempts: Int(attempts))
    }
}
