/// What a clock on a wall shows: seconds since 1970-01-01T00:00:00 of that clock, in no zone in particular.
struct WallTime: Hashable, Comparable, Sendable {
    var seconds: Int

    static let day = 86_400
    static let week = 7 * day

    init(seconds: Int) {
        self.seconds = seconds
    }

    /// - Parameter month: 1–12. Days and hours beyond their range carry over.
    init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        // Days from the civil date, counted in years that begin in March so that a leap day comes last.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        seconds = days * Self.day + hour * 3600 + minute * 60 + second
    }

    /// Whole days since 1970-01-01.
    var dayNumber: Int { seconds >= 0 ? seconds / Self.day : (seconds - Self.day + 1) / Self.day }

    /// 0 is Sunday, as Exchange counts.
    var weekday: Int { ((dayNumber + 4) % 7 + 7) % 7 }

    var midnight: WallTime { WallTime(seconds: dayNumber * Self.day) }

    var civilDate: (year: Int, month: Int, day: Int) {
        let days = dayNumber + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// As XML Schema writes it without an offset, `2026-11-23T08:00:00`: the only form Exchange gives in availability.
    var text: String {
        let date = civilDate
        let time = seconds - dayNumber * Self.day
        let clock = [time / 3600, time / 60 % 60, time % 60].map { Self.padded($0, to: 2) }.joined(separator: ":")
        return
            "\(Self.padded(date.year, to: 4))-\(Self.padded(date.month, to: 2))-\(Self.padded(date.day, to: 2))T\(clock)"
    }

    static func < (left: WallTime, right: WallTime) -> Bool { left.seconds < right.seconds }

    static func + (time: WallTime, seconds: Int) -> WallTime { WallTime(seconds: time.seconds + seconds) }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A moment everywhere at once: seconds since 1970-01-01T00:00:00Z.
struct Instant: Hashable, Comparable, Sendable {
    var seconds: Int

    /// RFC 3339 in UTC.
    var text: String { WallTime(seconds: seconds).text + "Z" }

    static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }

    static func + (time: Instant, seconds: Int) -> Instant { Instant(seconds: time.seconds + seconds) }
}
