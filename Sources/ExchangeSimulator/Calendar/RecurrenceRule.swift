import CICal

/// An RRULE, expanded by libical on the wall clock: zones come afterwards, so that nine o'clock stays nine o'clock.
struct RecurrenceRule: Sendable {
    /// As the file has it, such as `FREQ=WEEKLY;BYDAY=MO`.
    var text: String

    /// No rule is followed further than this many occurrences (daily for 137 years).
    private static let limit = 50_000

    /// The occurrences from `start` (which belongs to the pattern's phase) up to but not including `end`.
    /// - Parameter zone: what turns an UNTIL in UTC into the wall time to compare with.
    func occurrences(from start: WallTime, before end: WallTime, zone: some ZoneClock) -> [WallTime] {
        var rule = icalrecurrencetype_from_string(text)
        guard rule.freq != ICAL_NO_RECURRENCE else { return [] }
        if icaltime_is_null_time(rule.until) == 0 {
            rule.until = Self.wallUntil(rule.until, zone: zone).icalTime
        }
        guard let iterator = icalrecur_iterator_new(rule, start.icalTime) else { return [] }
        defer { icalrecur_iterator_free(iterator) }
        var found: [WallTime] = []
        for _ in 0..<Self.limit {
            let next = icalrecur_iterator_next(iterator)
            guard icaltime_is_null_time(next) == 0 else { break }
            let wall = WallTime(next)
            guard wall < end else { break }
            found.append(wall)
        }
        return found
    }

    /// UNTIL as a wall time. A date stands for its whole day.
    private static func wallUntil(_ until: icaltimetype, zone: some ZoneClock) -> WallTime {
        let wall = WallTime(until)
        if until.is_date != 0 { return wall + (WallTime.day - 1) }
        return until.isUTC ? zone.wall(of: Instant(seconds: wall.seconds)) : wall
    }
}

extension WallTime {
    init(_ time: icaltimetype) {
        self.init(
            year: Int(time.year),
            month: Int(time.month),
            day: Int(time.day),
            hour: time.is_date != 0 ? 0 : Int(time.hour),
            minute: time.is_date != 0 ? 0 : Int(time.minute),
            second: time.is_date != 0 ? 0 : Int(time.second)
        )
    }

    /// The same reading as libical keeps it, in no zone.
    var icalTime: icaltimetype {
        let date = civilDate
        let time = seconds - midnight.seconds
        var result = icaltime_null_time()
        result.year = Int32(date.year)
        result.month = Int32(date.month)
        result.day = Int32(date.day)
        result.hour = Int32(time / 3600)
        result.minute = Int32(time / 60 % 60)
        result.second = Int32(time % 60)
        return result
    }
}

extension icaltimetype {
    /// Written with a `Z`.
    var isUTC: Bool { icaltime_is_utc(self) != 0 }
}
