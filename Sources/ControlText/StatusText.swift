import Availability
import ControlAPI
import Foundation

/// `status` for a person.
struct StatusText {
    let lines: [String]

    init(_ status: StatusReply, now: Date, zone: TimeZone = .current) {
        let clock = ClockText(zone: zone, relativeTo: now)
        var lines = ["freebusyd \(status.version) is \(status.state.rawValue), started \(clock.text(status.startedAt))"]
        let users = status.users
        lines.append(
            "Users      \(users.enabled) of \(users.total) enabled: \(users.available) available, "
                + "\(users.meeting) in a meeting, \(users.away) away, \(users.unknown) unknown"
        )
        if users.stale > 0 { lines.append("           \(users.stale) with stale data") }
        for connector in status.connectors { lines += Self.lines(connector, clock: clock) }
        if status.connectors.isEmpty { lines.append("Connector  none: set up a [[connector]] table") }
        lines += Self.lines(status.scan, clock: clock)
        for hook in status.hooks { lines += Self.lines(hook) }
        if status.hooks.isEmpty { lines.append("Hook       none: no telephone system is told") }
        self.lines = lines
    }

    private static func lines(_ connector: ConnectorReport, clock: ClockText) -> [String] {
        var lines = ["Connector  \(connector.name): \(connector.state.rawValue), \(connector.ewsURL)"]
        if let version = connector.serverVersion {
            lines.append("           \(connector.serverProduct.map { "\($0), " } ?? "")version \(version)")
        }
        if let error = connector.lastError {
            lines.append("           \(clock.text(error.at)) \(error.diagnosis): \(error.summary)")
            lines.append("           → \(error.remedy)")
        }
        return lines
    }

    private static func lines(_ scan: ScanReport, clock: ClockText) -> [String] {
        guard let started = scan.lastStartedAt else { return ["Scan       none yet"] }
        let next = scan.nextAt.map { ", next \(clock.text($0))" } ?? ""
        guard let finished = scan.lastFinishedAt else {
            return ["Scan       running since \(clock.text(started)), \(scan.mailboxes) users\(next)"]
        }
        return ["Scan       finished \(clock.text(finished)), \(scan.mailboxes) users, \(scan.failed) failed\(next)"]
    }

    private static func lines(_ hook: HookReport) -> [String] {
        let counts = "\(hook.delivered) delivered, \(hook.queued) waiting, \(hook.failed) failed attempts"
        return ["Hook       \(hook.name) (\(hook.kind)): \(counts)"]
            + (hook.lastError.map { ["           \($0)"] } ?? [])
    }
}
