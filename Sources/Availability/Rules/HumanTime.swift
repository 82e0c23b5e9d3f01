package import Foundation

/// Clock times for people: `10:00` today, `Tue 10:00` within a week, `2026-11-24 10:00` beyond. Seconds are never shown.
///
/// In the hour that exists twice, where summer time ends, a time is told with its distance from UTC: `02:30+01:00`.
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
    package func text(_ time: Date) -> String { (day(of: time).map { "\($0) " } ?? "") + clock(time) }

    /// From `start` to `end`, with the day said once where it is the same: `Mon 08:15–08:30`.
    package func text(_ start: Date, to end: Date) -> String {
        let isOneDay = calendar.isDate(start, inSameDayAs: end)
        return "\(text(start))–\(isOneDay ? clock(end) : text(end))"
    }

    /// The day as people call it; `nil` for today.
    private func day(of time: Date) -> String? {
        let today = calendar.startOfDay(for: reference)
        let days = calendar.dateComponents([.day], from: today, to: calendar.startOfDay(for: time)).day ?? 0
        let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: time)
        switch days {
        case 0: return nil
        case -6...6: return Self.weekdays[((parts.weekday ?? 1) - 1) % 7]
        default: return "\(parts.year ?? 0)-\(Self.two(parts.month))-\(Self.two(parts.day))"
        }
    }

    private func clock(_ time: Date) -> String {
        let parts = calendar.dateComponents([.hour, .minute], from: time)
        return "\(Self.two(parts.hour)):\(Self.two(parts.minute))" + (existsTwice(time) ? offset(at: time) : "")
    }

    /// Whether another moment has the same time of the same day.
    private func existsTwice(_ time: Date) -> Bool {
        let zone = calendar.timeZone
        let here = zone.secondsFromGMT(for: time)
        // Clocks go back by less than this.
        let around = 4 * 3_600.0
        return [time - around, time + around].contains { other in
            let there = zone.secondsFromGMT(for: other)
            return there != here && zone.secondsFromGMT(for: time + Double(here - there)) == there
        }
    }

    /// Such as `+01:00`.
    private func offset(at time: Date) -> String {
        let minutes = calendar.timeZone.secondsFromGMT(for: time) / 60
        let sign = minutes < 0 ? "-" : "+"
        return "\(sign)\(Self.two(abs(minutes) / 60)):\(Self.two(abs(minutes) % 60))"
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
