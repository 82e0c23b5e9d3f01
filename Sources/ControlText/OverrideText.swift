import Availability
package import ControlAPI
package import Foundation

/// How `override` ended, for a person: what is shown now, until when, and how long the override holds.
package struct OverrideText: TerminalText {
    package let line: String
    package let highlights: [Highlight]

    package var lines: [String] { [line] }

    /// - Parameters:
    ///   - detail: of the user, after it was set or cleared.
    ///   - zone: the zone in which times are told.
    package init(_ detail: UserDetail, now: Date, zone: TimeZone) {
        let clock = ClockText(zone: zone, relativeTo: now)
        let user = detail.summary
        let until = user.until.map { " until \(clock.text($0))" } ?? ""
        let reason = detail.override.map { Self.words($0, of: user, clock: clock) } ?? user.reason.reasonInBrackets
        let start = "\(user.address): "
        line = "\(start)\(user.presence)\(until)\(reason)".printable
        highlights = [Highlight(user.presence, after: start, line: 0, of: [line])].compactMap(\.self)
    }

    /// The end of the override where it is not that of the presence, as where an appointment goes on with the same.
    private static func words(_ override: OverrideReport, of user: UserSummary, clock: ClockText) -> String {
        guard let end = override.until else { return " (override until the next appointment)" }
        return end == user.until ? " (override)" : " (override until \(clock.text(end)))"
    }
}
