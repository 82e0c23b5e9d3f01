package import Foundation

/// `data` of the event `live` of `GET /v1/presence-stream`: the state is complete, from here on come changes.
package struct LiveMark: Codable, Hashable, Sendable {
    /// How many users the state had; 0 where none was sent.
    package var users: Int
    /// Whether the changes go on behind the `Last-Event-ID` that was shown, so that no state was sent.
    package var resumed: Bool

    package init(users: Int, resumed: Bool = false) {
        self.users = users
        self.resumed = resumed
    }
}

/// A change of presence: the same object that hooks get, and `data` of an event of `GET /v1/presence-stream`.
package struct PresenceChange: Codable, Hashable, Sendable {
    /// What callers of an absent user are told.
    package struct Announcement: Codable, Hashable, Sendable {
        package var `internal`: String
        package var external: String

        package init(internal: String, external: String) {
            self.internal = `internal`
            self.external = external
        }
    }

    package var id: String
    package var sequence: Int64
    package var user: String
    @OrNull package var phoneExtension: String?
    package var presence: String
    package var previous: String
    package var since: Date
    @OrNull package var until: Date?
    package var reason: String
    package var freshness: String
    @OrNull package var announcement: Announcement?
    package var at: Date

    package init(
        id: String,
        sequence: Int64,
        user: String,
        phoneExtension: String?,
        presence: String,
        previous: String,
        since: Date,
        until: Date?,
        reason: String,
        freshness: String,
        announcement: Announcement?,
        at: Date
    ) {
        self.id = id
        self.sequence = sequence
        self.user = user
        self.phoneExtension = phoneExtension
        self.presence = presence
        self.previous = previous
        self.since = since
        self.until = until
        self.reason = reason
        self.freshness = freshness
        self.announcement = announcement
        self.at = at
    }

    private enum CodingKeys: String, CodingKey {
        case id, sequence, user, presence, previous, since, until, reason, freshness, announcement, at
        case phoneExtension = "extension"
    }
}
