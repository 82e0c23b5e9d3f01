import Availability
package import Foundation

/// How a hook is told the whole state once more, and when that is done unasked.
package struct ResendOptions: Hashable, Sendable {
    /// Users a second.
    package var perSecond: Int
    /// Seconds that the receiver must have been out of reach for the whole state to be sent afterwards; `nil` for never.
    package var afterOutage: TimeInterval?
    /// Seconds after which what is known of a calendar is stale, as in the rules.
    package var staleAfter: TimeInterval

    package init(
        perSecond: Int = 100,
        afterOutage: TimeInterval? = 60,
        staleAfter: TimeInterval = PresenceRules().staleAfter
    ) {
        self.perSecond = perSecond
        self.afterOutage = afterOutage
        self.staleAfter = staleAfter
    }
}

/// What was done to tell a hook the whole state once more.
package struct HookResend: Hashable, Sendable {
    package var hook: String
    /// How many users it is told of, besides those of whom something waits for it already.
    package var users: Int
    /// So many of them a second.
    package var perSecond: Int
}

/// Why a hook is told the whole state once more.
enum ResendReason: Hashable, Sendable {
    /// Its receiver was out of reach for so many seconds.
    case outage(TimeInterval)
    /// Its receiver may have lost what it knew.
    case forgotten
    /// Somebody asked for it.
    case request
}
