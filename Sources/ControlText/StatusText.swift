import Availability
package import ControlAPI
package import Foundation

/// `status` for a person.
package struct StatusText: TerminalText {
    package let lines: [String]
    package let highlights: [Highlight]

    /// - Parameter zone: the zone in which times are told.
    package init(_ status: StatusReply, now: Date, zone: TimeZone) {
        let clock = ClockText(zone: zone, relativeTo: now)
        var sheet = Sheet()
        sheet.add(status, clock: clock)
        sheet.add(status.users)
        for group in status.groups { sheet.add(group, clock: clock) }
        for connector in status.connectors { sheet.add(connector, clock: clock, now: now) }
        if status.connectors.isEmpty { sheet.add("none: set up a [[connector]] table", under: "Connector") }
        sheet.add(status.scan, waitingFor: status.connectors.filter(\.keepsOthersWaiting).map(\.name), clock: clock)
        for hook in status.hooks { sheet.add(hook, now: now) }
        if status.hooks.isEmpty { sheet.add("none: no telephone system is told", under: "Hook") }
        lines = sheet.lines
        highlights = sheet.highlights
    }
}

/// Lines with what they are about in a column on the left.
private struct Sheet {
    private static let column = 11

    var lines: [String] = []
    var highlights: [Highlight] = []

    /// - Parameter state: the word behind `start` that has a colour.
    mutating func add(_ text: String, under heading: String = "", start: String = "", state: String? = nil) {
        let first = heading + String(repeating: " ", count: Self.column - heading.count)
        let line = lines.count
        lines += Paragraph(start + text, first: first, indent: Self.column).lines
        guard let state, let highlight = Highlight(state, after: first + start, line: line, of: lines) else { return }
        highlights.append(highlight)
    }

    mutating func add(_ status: StatusReply, clock: ClockText) {
        let start = "freebusyd \(status.version) is "
        lines += Paragraph("\(start)\(status.state.rawValue), started \(clock.text(status.startedAt))").lines
        highlights += [Highlight(status.state.rawValue, after: start, line: 0, of: lines)].compactMap(\.self)
    }

    mutating func add(_ users: UserCounts) {
        add(
            "\(users.enabled) of \(users.total) enabled: \(users.available) available, \(users.meeting) in a meeting, "
                + "\(users.away) away, \(users.unknown) unknown",
            under: "Users"
        )
        if users.moved > 0 { add("\(users.moved) moved to another connector, which has the mailbox") }
        if users.stale > 0 { add("\(users.stale) with stale data") }
    }

    mutating func add(_ connector: ConnectorReport, clock: ClockText, now: Date) {
        add(
            "\(connector.stateText(now: now)), \(connector.ewsURL ?? "looking for the server")",
            under: "Connector",
            start: "\(connector.name): ",
            state: connector.state.rawValue
        )
        if let version = connector.serverVersion {
            add("\(connector.serverProduct.map { "\($0), " } ?? "")version \(version)")
        }
        if let method = connector.notification { add("changes by \(method): \(connector.subscriptions.words)") }
        if let words = connector.automaticReplyWords { add(words) }
        if let error = connector.lastError { add(error, clock: clock) }
    }

    mutating func add(_ group: GroupReport, clock: ClockText) {
        let others = group.leftOut > 0 ? ", \(Count.text(group.leftOut, "other")) left out" : ""
        let time = group.lastRefreshedAt.map { "read \(clock.text($0))" } ?? "not read yet"
        add("\(group.address): \(Count.text(group.users, "member"))\(others), \(time)", under: "Group")
        if let error = group.lastError { add(error, clock: clock) }
    }

    mutating func add(_ error: ErrorReport, clock: ClockText) {
        add("\(clock.text(error.at)) \(error.diagnosis): \(error.summary)")
        add("→ \(error.remedy)")
    }

    mutating func add(_ scan: ScanReport, waitingFor connectors: [String], clock: ClockText) {
        guard let started = scan.lastStartedAt else { return add("none yet", under: "Scan") }
        let users = Count.text(scan.mailboxes, "user")
        let next = scan.nextAt.map { ", next \(clock.text($0))" } ?? ""
        switch scan.lastFinishedAt {
        case let finished?:
            add("finished \(clock.text(finished)), \(users), \(scan.failed) failed\(next)", under: "Scan")
            if scan.failed > 0 { add("`freebusyctl users` shows which failed") }
        case nil where connectors.isEmpty: add("running since \(clock.text(started)), \(users)\(next)", under: "Scan")
        case nil:
            let names = "connector\(connectors.count == 1 ? "" : "s") \(connectors.formatted(.list(type: .and)))"
            add("begun \(clock.text(started)), \(users), waiting for \(names)", under: "Scan")
        }
        if scan.missedChanges > 0 {
            add("\(Count.text(scan.missedChanges, "change")) found that no notification told of")
        }
    }

    mutating func add(_ hook: HookReport, now: Date) {
        let failed = Count.text(hook.failed, "failed attempt")
        let state = hook.state == .ok ? "" : "\(hook.stateText(now: now)), "
        add(
            "\(state)\(hook.delivered) delivered, \(hook.queued) waiting, \(failed)",
            under: "Hook",
            start: "\(hook.name) (\(hook.kind)): ",
            state: hook.state == .ok ? nil : hook.state.rawValue
        )
        if let error = hook.lastError { add("last error: \(error)") }
    }
}

extension ConnectorReport {
    /// Whether a scan cannot end before the connector answers.
    fileprivate var keepsOthersWaiting: Bool { enabled && (state == .offline || state == .refused) }

    /// How the connector is, and when it is tried again.
    func stateText(now: Date) -> String {
        switch state {
        case .offline:
            guard let nextTryAt, nextTryAt > now else { return "offline, being tried" }
            return "offline, next try in \(AgeText.text(nextTryAt.timeIntervalSince(now)))"
        case .refused: return "refused, not tried again by itself"
        case .connecting, .online, .disabled: return state.rawValue
        }
    }
}

extension HookReport {
    /// How the hook is, and when its receiver is tried again.
    fileprivate func stateText(now: Date) -> String {
        guard state == .paused else { return state.rawValue }
        guard let retryAt, retryAt > now else { return "paused, being tried" }
        return "paused, next try in \(AgeText.text(retryAt.timeIntervalSince(now)))"
    }
}

extension SubscriptionCounts {
    /// Of how many users the server tells changes, and why not of the others.
    fileprivate var words: String {
        let total = active + pending + failed
        guard total > 0 else { return "nobody to subscribe to" }
        let others = [(pending, "pending"), (failed, "failed")].filter { $0.0 > 0 }.map { ", \($0) \($1)" }
        return "\(active) of \(total) subscribed\(others.joined())"
    }
}
