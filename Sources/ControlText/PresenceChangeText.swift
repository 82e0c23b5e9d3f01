import Availability
package import ControlAPI
package import Foundation

/// A change of presence for a person: one line.
package struct PresenceChangeText: Sendable {
    package let line: String

    /// - Parameter zone: the zone in which times are told.
    package init(_ change: PresenceChange, zone: TimeZone) {
        let clock = ClockText(zone: zone, relativeTo: change.at)
        let until = change.until.map { " until \(clock.text($0))" } ?? ""
        let outcome = "\(change.previous) -> \(change.presence)\(until)\(change.reason.reasonInBrackets)"
        line = "\(clock.text(change.at))  \(change.user): \(outcome)".printable
    }
}
