package import Foundation

/// A presence that a person set by hand; it wins over calendar and automatic reply until it ends.
package struct PresenceOverride: Hashable, Sendable {
    /// When the override ends by itself.
    package enum End: Hashable, Sendable {
        case at(Date)
        /// At the first start of an appointment, after the override was set, that would change the presence.
        case nextAppointment
    }

    package var presence: Presence
    package var setAt: Date
    package var end: End

    package init(presence: Presence, setAt: Date, end: End) {
        self.presence = presence
        self.setAt = setAt
        self.end = end
    }
}
