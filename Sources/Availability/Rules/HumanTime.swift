package import Foundation

/// Clock times for people: `10:00` today, `Tue 10:00` within a week, `2026-11-24 10:00` beyond.
package struct ClockText: Sendable {
    private let calendar: Calendar
    private let reference: Date

    /// - Parameter reference: the moment that "today" means.
    package init(zone: TimeZone, relativeTo reference: Date) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
        self.reference = reference
    }

    /// `time` in the zone, as short as it is clear.
    package func text(_ time: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: time)
        var clock = "\(Self.two(parts.hour)):\(Self.two(parts.minute))"
        if parts.second != 0 { clock += ":\(Self.two(parts.second))" }
        let today = calendar.startOfDay(for: reference)
        let days = calendar.dateComponents([.day], from: today, to: calendar.startOfDay(for: time)).day ?? 0
        switch days {
        case 0: return clock
        case -6...6: return "\(Self.weekdays[((parts.weekday ?? 1) - 1) % 7]) \(clock)"
        default: return "\(parts.year ?? 0)-\(Self.two(parts.month))-\(Self.two(parts.day)) \(clock)"
        }
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    private static func two(_ number: Int?) -> String {
        let number = number ?? 0
        return number < 10 ? "0\(number)" : "\(number)"
    }
}

/// Lengths of time for people: `12 s`, `2 min`, `3 h`, `4 d`.
package enum AgeText {
    /// The largest unit of which `seconds` has at least two, cut down.
    package static func text(_ seconds: TimeInterval) -> String {
        switch max(0, seconds) {
        case ..<120: "\(Int(max(0, seconds))) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3_600)) h"
        default: "\(Int(seconds / 86_400)) d"
        }
    }
}
