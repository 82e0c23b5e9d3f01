import Availability
package import ControlAPI
package import Foundation

/// `hooks` for a person: one line a hook, and below whom it tells, what it waits for, and what was seen where a delivery
/// failed.
package struct HookListText: TerminalText {
    package let lines: [String]
    package let highlights: [Highlight]

    /// - Parameters:
    ///   - zone: the zone in which times are told.
    ///   - width: columns of the terminal.
    package init(_ hooks: [HookReport], now: Date, zone: TimeZone, width: Int = Paragraph.width) {
        guard !hooks.isEmpty else {
            lines = ["There is no hook: no telephone system is told."]
            highlights = []
            return
        }
        let clock = ClockText(zone: zone, relativeTo: now)
        let table = TextTable(
            [
                TextTable.Column(heading: "HOOK", least: 12) { $0.cutInMiddle(to: $1) },
                TextTable.Column(heading: "KIND", least: 12),
                TextTable.Column(heading: "STATE", least: 8, isColoured: true),
                TextTable.Column(heading: "WAITING", least: 8),
                TextTable.Column(heading: "FOR", least: 6),
                TextTable.Column(heading: "DELIVERED", least: 9),
                TextTable.Column(heading: "FAILED", least: 9),
            ],
            rows: hooks.map { hook in
                [
                    hook.name, hook.kind, hook.state.rawValue, "\(hook.queued)",
                    hook.oldestAgeSeconds.map { AgeText.text(Double($0)) } ?? "-",
                    "\(hook.delivered)", "\(hook.failed)",
                ]
            }
        )
        lines = table.lines(width: width) + hooks.flatMap { Self.details(of: $0, now: now, clock: clock) }
        highlights = table.highlights(width: width)
    }

    private static func details(of hook: HookReport, now: Date, clock: ClockText) -> [String] {
        let details = [
            hook.target.isEmpty ? nil : "\(hook.name) tells \(hook.target)",
            hook.waitText(now: now, clock: clock),
            // What was seen last, also where the deliveries go on since.
            hook.lastError.map { error in
                "\(hook.name), last error\(hook.lastErrorAt.map { " \(clock.text($0))" } ?? ""): \(error)"
            },
        ].compactMap(\.self)
        return details.isEmpty ? [] : [""] + details.flatMap { Paragraph($0, indent: 2).lines }
    }
}

extension HookReport {
    /// What has to happen before anything is told; `nil` where that is not so.
    fileprivate func waitText(now: Date, clock: ClockText) -> String? {
        switch state {
        case .ok, .failing: return nil
        case .paused:
            let time = retryAt.flatMap { $0 > now ? "is tried again \(clock.text($0))" : nil } ?? "is being tried"
            return "\(name) is paused: its receiver is out of reach and \(time)"
        case .disabled:
            let command = "freebusyctl hooks --resend \(ShellWord.quoted(name))"
            return "\(name) is disabled: its receiver wants nothing more; tell it again with \(command)"
        }
    }
}
