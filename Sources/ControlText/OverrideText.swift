import Availability
package import ControlAPI
package import Foundation

/// How `override` ended, for a person: what is shown now, until when, and how long the override holds.
package struct OverrideText: Sendable {
    package let line: String

    /// - Parameters:
    ///   - detail: of the user, after it was set or cleared.
    ///   - zone: the zone in which times are told.
    package init(_ detail: UserDetail, now: Date, zone: TimeZone) {
        let clock = ClockText(zone: zone, relativeTo: now)
        let user = detail.summary
        let until = user.until.map { " until \(clock.text($0))" } ?? ""
        let reason = detail.override.map { Self.words($0, of: user, clock: clock) } ?? user.reason.reasonInBrackets
        line = "\(user.address): \(user.presence)\(until)\(reason)".printable
    }

    /// The end of the override where it is not that of the presence, as where an appointment goes on with the same.
    private static func words(_ override: OverrideReport, of user: UserSummary, clock: ClockText) -> String {
        guard let end = override.until else { return " (override until the next appointment)" }
        return end == user.until ? " (override)" : " (override until \(clock.text(end)))"
    }
}
