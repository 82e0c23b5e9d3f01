import Availability
package import ControlAPI
package import Foundation

/// What `enable` and `disable` brought about, for a person: what is so now, and what follows.
package struct SwitchText: TerminalText {
    package let lines: [String]

    /// Of the integration as a whole.
    /// - Parameter isOn: what was asked for, here and below.
    package init(_ status: StatusReply, isOn: Bool) {
        switch status.state {
        case .disabled where isOn: lines = ["The integration is on, but no connector is: no calendar is read."]
        case .disabled:
            lines = ["The integration is off: no calendar is read; every presence unknown, stored data deleted."]
        case .starting, .online, .degraded, .offline:
            let number = Count.text(status.users.enabled, "user")
            lines = ["The integration is on and \(status.state.rawValue); the calendars of \(number) are read."]
        }
    }

    /// Of a connector.
    package init(_ connector: ConnectorReport, isOn: Bool, now: Date) {
        let name = "The connector \(connector.name)".printable
        switch (connector.enabled, isOn) {
        case (true, _): lines = ["\(name) is on and \(connector.stateText(now: now))."]
        case (false, true): lines = ["\(name) is on, but the integration is off: no calendar is read."]
        case (false, false):
            lines = ["\(name) is off: no calendar is read; its users' presence unknown, stored data deleted."]
        }
    }

    /// Of a user.
    /// - Parameter zone: the zone in which times are told.
    package init(_ detail: UserDetail, isOn: Bool, now: Date, zone: TimeZone) {
        let user = detail.summary
        let calendar = "The calendar of \(user.address)".printable
        guard user.enabled else {
            lines = [
                isOn
                    ? "\(calendar) is not read before the connector \(user.connector) and the integration are on."
                        .printable
                    : "\(calendar) is no longer read; presence \(user.presence), stored data deleted."
            ]
            return
        }
        let clock = ClockText(zone: zone, relativeTo: now)
        let until = user.until.map { " until \(clock.text($0))" } ?? ""
        lines = ["\(calendar) is read through \(user.connector.printable); presence \(user.presence)\(until)."]
    }
}
