import Availability
import Foundation
import GRDB

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
