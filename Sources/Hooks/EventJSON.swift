package import Availability
package import Foundation

/// The event as every kind of hook tells it: one JSON object, described under "Hook event" in the documentation.
///
/// Keys are sorted, times are RFC 3339 in UTC without fractions, and what is absent is `null`, so that a receiver finds
/// every key each time.
package enum EventJSON {
    /// The object in UTF-8, without a line break in it.
    package static func encode(_ event: PresenceEvent) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(Body(event))
    }

    /// A time as events tell it, such as `2026-11-23T08:00:00Z`.
    static func text(_ time: Date) -> String {
        time.wholeSecond.formatted(.iso8601)
    }

    private struct Body: Encodable {
        let event: PresenceEvent

        init(_ event: PresenceEvent) {
            self.event = event
        }

        private enum Key: String, CodingKey {
            case announcement, at, freshness, id, presence, previous, reason, sequence, since, until, user
            case phoneExtension = "extension"
            case externalText = "external"
            case internalText = "internal"
        }

        func encode(to encoder: any Encoder) throws {
            let current = event.current
            var body = encoder.container(keyedBy: Key.self)
            try body.encode(event.id, forKey: .id)
            try body.encode(current.sequence, forKey: .sequence)
            try body.encode(event.user.text, forKey: .user)
            // `encode` writes null for nil where `encodeIfPresent` leaves the key out.
            try body.encode(event.phoneExtension, forKey: .phoneExtension)
            try body.encode(current.presence.rawValue, forKey: .presence)
            try body.encode(event.previous.rawValue, forKey: .previous)
            try body.encode(EventJSON.text(current.since), forKey: .since)
            try body.encode(current.until.map(EventJSON.text), forKey: .until)
            try body.encode(current.reason.rawValue, forKey: .reason)
            try body.encode(event.freshness.rawValue, forKey: .freshness)
            try body.encode(EventJSON.text(event.at), forKey: .at)
            guard let announcement = current.announcement else { return try body.encodeNil(forKey: .announcement) }
            var texts = body.nestedContainer(keyedBy: Key.self, forKey: .announcement)
            try texts.encode(announcement.internalText, forKey: .internalText)
            try texts.encode(announcement.externalText, forKey: .externalText)
        }
    }
}
