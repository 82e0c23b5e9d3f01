package import Foundation

/// The presence of a user as last written and told to the hooks.
package struct CurrentPresence: Hashable, Sendable {
    package var presence: Presence
    package var reason: PresenceReason
    /// When it began.
    package var since: Date
    /// When it ends by what is known now; `nil` where no end is known.
    package var until: Date?
    package var announcement: Announcement?
    /// Rises by one with every change; the first is the time of that change in seconds since 1970, so that it rises
    /// even across a database that had to be rebuilt.
    package var sequence: Int64

    package init(
        presence: Presence,
        reason: PresenceReason,
        since: Date,
        until: Date?,
        announcement: Announcement?,
        sequence: Int64
    ) {
        self.presence = presence
        self.reason = reason
        self.since = since
        self.until = until
        self.announcement = announcement
        self.sequence = sequence
    }
}

/// What callers of an absent user are told.
package struct Announcement: Hashable, Sendable {
    package var internalText: String
    package var externalText: String

    package init(internalText: String, externalText: String) {
        self.internalText = internalText
        self.externalText = externalText
    }
}

/// A change of presence on its way to the telephone system.
package struct PresenceEvent: Hashable, Sendable {
    /// Unique, and the same on every repetition of the delivery.
    package var id: String
    package var user: MailboxAddress
    package var phoneExtension: String?
    package var current: CurrentPresence
    /// What was shown before.
    package var previous: Presence
    package var freshness: Freshness
    /// When the change was decided.
    package var at: Date

    package init(
        id: String,
        user: MailboxAddress,
        phoneExtension: String?,
        current: CurrentPresence,
        previous: Presence,
        freshness: Freshness,
        at: Date
    ) {
        self.id = id
        self.user = user
        self.phoneExtension = phoneExtension
        self.current = current
        self.previous = previous
        self.freshness = freshness
        self.at = at
    }
}

extension PresenceEvent {
    /// The same change as who does not want to know what follows is told it: nothing is shown any more.
    package var takenBack: PresenceEvent {
        var event = self
        event.current.presence = .unknown
        event.current.reason = .noData
        event.current.until = nil
        event.current.announcement = nil
        event.freshness = .unknown
        return event
    }
}
