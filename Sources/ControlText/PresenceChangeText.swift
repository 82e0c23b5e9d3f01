import Availability
package import ControlAPI
package import Foundation

/// A change of presence for a person: one line.
package struct PresenceChangeText: TerminalText {
    package let line: String
    package let highlights: [Highlight]

    package var lines: [String] { [line] }

    /// - Parameter zone: the zone in which times are told.
    package init(_ change: PresenceChange, zone: TimeZone) {
        let clock = ClockText(zone: zone, relativeTo: change.at)
        let until = change.until.map { " until \(clock.text($0))" } ?? ""
        let start = "\(clock.text(change.at))  \(change.user): \(change.previous) -> "
        line = "\(start)\(change.presence)\(until)\(change.reason.reasonInBrackets)".printable
        highlights = [Highlight(change.presence, after: start, line: 0, of: [line])].compactMap(\.self)
    }
}
