import Availability
package import ControlAPI
package import Foundation

/// What `enable` and `disable` brought about, for a person: what is so now, and what follows.
package struct SwitchText: TerminalText {
    package let lines: [String]

    /// Of the integration as a whole.
    package init(_ status: StatusReply) {
        switch status.state {
        case .disabled:
            lines = ["The integration is off: no calendar is read; every presence unknown, stored data deleted."]
        case .starting, .online, .degraded, .offline:
            let number = Count.text(status.users.enabled, "user")
            lines = ["The integration is on and \(status.state.rawValue); the calendars of \(number) are read."]
        }
    }

    /// Of a connector.
    package init(_ connector: ConnectorReport, now: Date) {
        let name = "The connector \(connector.name)".printable
        lines =
            connector.enabled
            ? ["\(name) is on and \(connector.stateText(now: now))."]
            : ["\(name) is off: it reads no calendar; its users' presence unknown, stored data deleted."]
    }

    /// Of a user.
    /// - Parameter zone: the zone in which times are told.
    package init(_ detail: UserDetail, now: Date, zone: TimeZone) {
        let user = detail.summary
        let calendar = "The calendar of \(user.address)".printable
        guard user.enabled else {
            lines = ["\(calendar) is no longer read; presence \(user.presence), stored data deleted."]
            return
        }
        let clock = ClockText(zone: zone, relativeTo: now)
        let until = user.until.map { " until \(clock.text($0))" } ?? ""
        lines = ["\(calendar) is read through \(user.connector.printable); presence \(user.presence)\(until)."]
    }
}
