package import Foundation

/// A moment as a person writes it: with its zone as RFC 3339 has it, or as a local time of a day or of today.
package struct TimeArgument: Hashable, Sendable {
    /// What was written is no moment, or in none of the forms.
    package struct NotATime: Error, CustomStringConvertible, Hashable {
        package let text: String

        package var description: String {
            """
            "\(text.printable)" is not a time. Write it like 2026-11-23T09:00:00Z or 2026-11-23T09:00:00+01:00, or in \
            local time like 2026-11-23T09:00, "2026-11-23 09:00", or 09:00 for today.
            """
        }
    }

    package let date: Date

    /// - Parameters:
    ///   - now: the moment that "today" means.
    ///   - zone: of times that name none.
    package init(_ text: String, now: Date, zone: TimeZone) throws(NotATime) {
        guard let date = Self.local(text, now: now, zone: zone) ?? Self.zoned(text) else { throw NotATime(text: text) }
        self.date = date
    }

    private static func zoned(_ text: String) -> Date? {
        let form =
            /([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})/
        guard let match = text.wholeMatch(of: form), let zone = zone(of: match.output.3) else { return nil }
        return date(match.output.1, match.output.2, zone: zone)
    }

    private static func local(_ text: String, now: Date, zone: TimeZone) -> Date? {
        let form = /(?:([0-9]{4}-[0-9]{2}-[0-9]{2})[T ])?([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)/
        guard let match = text.wholeMatch(of: form) else { return nil }
        guard let day = match.output.1 else {
            let today = calendar(zone).dateComponents([.year, .month, .day], from: now)
            return date([today.year, today.month, today.day], numbers(match.output.2, separator: ":"), zone: zone)
        }
        return date(day, match.output.2, zone: zone)
    }

    private static func date(_ day: Substring, _ clock: Substring, zone: TimeZone) -> Date? {
        date(numbers(day, separator: "-"), numbers(clock, separator: ":"), zone: zone)
    }

    private static func date(_ day: [Int?], _ clock: [Int?], zone: TimeZone) -> Date? {
        let wanted = DateComponents(
            year: day[0],
            month: day[1],
            day: day[2],
            hour: clock[0],
            minute: clock[1],
            second: clock.count > 2 ? clock[2] : 0
        )
        let calendar = calendar(zone)
        // The calendar takes 30 February for 2 March, and moves what the clock skips in spring: neither is what was
        // written.
        guard let date = calendar.date(from: wanted),
            calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date) == wanted
        else { return nil }
        return date
    }

    private static func zone(of text: Substring) -> TimeZone? {
        guard text != "Z" else { return .gmt }
        let parts = numbers(text.dropFirst(), separator: ":").compactMap(\.self)
        guard parts.count == 2, parts[0] < 24, parts[1] < 60 else { return nil }
        let seconds = parts[0] * 3_600 + parts[1] * 60
        return TimeZone(secondsFromGMT: text.hasPrefix("-") ? -seconds : seconds)
    }

    private static func numbers(_ text: Substring, separator: Character) -> [Int?] {
        text.split(separator: separator).map { Int($0) }
    }

    private static func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }
}
