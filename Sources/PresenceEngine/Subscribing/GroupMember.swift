package import Availability
package import Foundation

/// How far a mailbox of a group has come on its way to a subscription.
package enum GroupMember: Hashable, Sendable {
    /// To be asked for as soon as there is room.
    case waiting
    /// The server is being asked, or will be as soon as it can be asked at all.
    case asking
    case live(LiveSubscription)
    /// Refused, or lost again and again: to be asked for once more at this time, never if `nil`.
    case resting(until: Date?, MailboxFailure)
}

/// A subscription in use.
package struct LiveSubscription: Hashable, Sendable {
    package var subscription: Subscription
    /// When it was last known to work: its making, an answer to an asking, a call of the server.
    package var heardAt: Date
    /// For `pull`: when to ask next; `nil` while it is being asked.
    package var nextPoll: Date?

    package init(_ subscription: Subscription, heardAt: Date, nextPoll: Date? = nil) {
        self.subscription = subscription
        self.heardAt = heardAt
        self.nextPoll = nextPoll
    }
}

/// How many mailboxes have a subscription, are still to get one, and cannot get one.
package struct SubscriptionCounts: Hashable, Sendable {
    package var active: Int
    package var pending: Int
    package var failed: Int

    package init(active: Int = 0, pending: Int = 0, failed: Int = 0) {
        self.active = active
        self.pending = pending
        self.failed = failed
    }

    package static func + (one: SubscriptionCounts, other: SubscriptionCounts) -> SubscriptionCounts {
        SubscriptionCounts(
            active: one.active + other.active,
            pending: one.pending + other.pending,
            failed: one.failed + other.failed
        )
    }
}
