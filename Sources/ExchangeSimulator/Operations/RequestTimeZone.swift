/// The zone a request wants its answer in: `t:TimeZone`, a SerializableTimeZone.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/timezone-availability
struct RequestTimeZone: ZoneClock, Sendable {
    /// When the clock changes, and to what.
    struct Change: Sendable {
        /// Minutes on top of the zone's bias.
        var bias: Int
        /// Seconds of the day, on the clock that is about to be changed.
        var time: Int
        /// Which one of that weekday in the month, 5 being the last.
        var order: Int
        /// 0 where the zone knows no summer time.
        var month: Int
        /// 0 is Sunday.
        var weekday: Int

        static let none = Change(bias: 0, time: 0, order: 0, month: 0, weekday: 0)

        /// When the change falls in a year.
        func wall(in year: Int) -> WallTime {
            let first = WallTime(year: year, month: month, day: 1)
            let next =
                month == 12
                ? WallTime(year: year + 1, month: 1, day: 1) : WallTime(year: year, month: month + 1, day: 1)
            let firstOfWeekday = first + (weekday - first.weekday + 7) % 7 * WallTime.day
            var day = firstOfWeekday + (max(1, order) - 1) * WallTime.week
            while day >= next { day = day + -WallTime.week }
            return day + time
        }
    }

    /// Minutes to add to local time for UTC: west of Greenwich is positive.
    var bias: Int
    var standard = Change.none
    var daylight = Change.none

    static let utc = RequestTimeZone(bias: 0)

    func offset(at instant: Instant) -> Int {
        let standardOffset = -(bias + standard.bias) * 60
        guard standard.month != 0, daylight.month != 0 else { return standardOffset }
        // Both changes on the clock of standard time, so that one comparison serves either hemisphere.
        let now = WallTime(seconds: instant.seconds + standardOffset)
        let begin = daylight.wall(in: now.civilDate.year)
        let end = standard.wall(in: now.civilDate.year) + (daylight.bias - standard.bias) * 60
        let isDaylight = begin < end ? begin <= now && now < end : !(end <= now && now < begin)
        return isDaylight ? -(bias + daylight.bias) * 60 : standardOffset
    }
}

extension RequestTimeZone {
    /// Nil when a part is missing or no number.
    init?(_ element: XMLElement) {
        guard let bias = element.value("Bias").flatMap({ Int($0) }), abs(bias) <= 24 * 60,
            let standard = element.child("StandardTime").flatMap(Change.init),
            let daylight = element.child("DaylightTime").flatMap(Change.init)
        else { return nil }
        self.init(bias: bias, standard: standard, daylight: daylight)
    }
}

extension RequestTimeZone.Change {
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    init?(_ element: XMLElement) {
        let clock = (element.value("Time") ?? "").split(separator: ":").map { Int($0) ?? -1 }
        guard let bias = element.value("Bias").flatMap({ Int($0) }), abs(bias) <= 24 * 60,
            let order = element.value("DayOrder").flatMap({ Int($0) }), (0...5).contains(order),
            let month = element.value("Month").flatMap({ Int($0) }), (0...12).contains(month),
            let weekday = Self.weekdays.firstIndex(of: element.value("DayOfWeek") ?? ""),
            clock.count == 3, clock.allSatisfy({ (0..<60).contains($0) })
        else { return nil }
        self.init(
            bias: bias,
            time: clock[0] * 3600 + clock[1] * 60 + clock[2],
            order: order,
            month: month,
            weekday: weekday
        )
    }
}
