import Availability
package import ControlAPI
package import Foundation

/// `hooks` for a person: one line a hook, and below what was seen where a delivery failed.
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
                TextTable.Column(heading: "STATE", least: 7, isColoured: true),
                TextTable.Column(heading: "WAITING", least: 8),
                TextTable.Column(heading: "FOR", least: 6),
                TextTable.Column(heading: "DELIVERED", least: 9),
                TextTable.Column(heading: "FAILED", least: 9),
            ],
            rows: hooks.map { hook in
                [
                    hook.name, hook.kind, hook.isFailing ? "failing" : "ok", "\(hook.queued)",
                    hook.oldestAgeSeconds.map { AgeText.text(Double($0)) } ?? "-",
                    "\(hook.delivered)", "\(hook.failed)",
                ]
            }
        )
        lines = table.lines(width: width) + hooks.flatMap { Self.trouble(of: $0, clock: clock) }
        highlights = table.highlights(width: width)
    }

    /// What was seen last, also where the deliveries go on since.
    private static func trouble(of hook: HookReport, clock: ClockText) -> [String] {
        guard let error = hook.lastError else { return [] }
        let time = hook.lastErrorAt.map { " \(clock.text($0))" } ?? ""
        return [""] + Paragraph("\(hook.name), last error\(time): \(error)", indent: 2).lines
    }
}
