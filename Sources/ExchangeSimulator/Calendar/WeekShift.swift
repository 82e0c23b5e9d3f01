/// By how many whole weeks a calendar moves, so that old files can stand for the coming days.
package enum WeekShift: Sendable, Equatable {
    case weeks(Int)
    /// For each file its own: see `weeks(for:now:)`.
    case automatic

    /// The automatic shift of a file, step by step:
    /// 1. Take the start date, as written, of every VEVENT that is not cancelled (masters and changed occurrences alike).
    /// 2. The anchor is the date with the most of them in the seven days it begins; of equals the latest.
    /// 3. The shift is the smallest whole number of weeks, also negative, that brings the anchor to tomorrow or later,
    ///    "tomorrow" by the UTC date of `now`. So the anchor falls on one of the coming seven days, on its own weekday.
    func weeks(for events: [CalendarEvent], now: Instant) -> Int {
        switch self {
        case .weeks(let weeks): return weeks
        case .automatic: break
        }
        let days = events.filter { !$0.isCancelled }.map(\.start.dayNumber).sorted()
        guard let anchor = Self.anchor(of: days) else { return 0 }
        let tomorrow = WallTime(seconds: now.seconds).dayNumber + 1
        let distance = tomorrow - anchor
        return distance >= 0 ? (distance + 6) / 7 : -(-distance / 7)
    }

    /// - Parameter days: sorted.
    private static func anchor(of days: [Int]) -> Int? {
        var best: (day: Int, count: Int)?
        var end = 0
        for (index, day) in days.enumerated() where index == 0 || days[index - 1] != day {
            while end < days.count, days[end] < day + 7 { end += 1 }
            if end - index >= best?.count ?? 0 { best = (day, end - index) }
        }
        return best?.day
    }
}
