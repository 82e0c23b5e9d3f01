package import ControlAPI
package import Foundation

/// An entry of the event log for a person: when, how grave where it is more than `info`, and what, in as many lines as it
/// takes.
package struct LogText: TerminalText {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The first begins with the time, as administrators know it from system logs: `Nov 23 08:00:05`. The others are
    /// indented below the message.
    package let lines: [String]

    /// - Parameters:
    ///   - zone: the zone in which times are told.
    ///   - width: columns of the terminal.
    package init(_ entry: LogEntry, zone: TimeZone, width: Int = Paragraph.width) {
        let time = Self.time(entry.at, zone: zone) + "  "
        let level = entry.level == "info" ? "" : "\(entry.level): "
        lines = Paragraph(level + entry.message, first: time, indent: time.count, width: width).lines
    }

    private static func time(_ date: Date, zone: TimeZone) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.month, .day, .hour, .minute, .second], from: date)
        let month = months[((parts.month ?? 1) - 1) % 12]
        let clock = [parts.hour, parts.minute, parts.second].map { two($0 ?? 0, with: "0") }.joined(separator: ":")
        return "\(month) \(two(parts.day ?? 0, with: " ")) \(clock)"
    }

    private static func two(_ number: Int, with filling: String) -> String {
        number < 10 ? "\(filling)\(number)" : "\(number)"
    }
}
