package import Foundation

/// A span of time, from `start` up to but not including `end`.
package struct TimeWindow: Hashable, Sendable {
    package var start: Date
    package var end: Date

    package init(start: Date, end: Date) {
        self.start = start
        self.end = max(start, end)
    }

    /// Length in seconds.
    package var duration: TimeInterval { end.timeIntervalSince(start) }

    /// Whether `time` lies within.
    package func contains(_ time: Date) -> Bool { start <= time && time < end }

    /// The window to read at `now`: from the last midnight (UTC), so that an unchanged calendar gives the same answer
    /// all day long, to `days` whole days after `now`, up to the next midnight.
    package static func anchored(at now: Date, days: Int) -> TimeWindow {
        let day: TimeInterval = 86_400
        let seconds = now.timeIntervalSince1970
        let midnight = (seconds / day).rounded(.down) * day
        let end = ((seconds + Double(days) * day) / day).rounded(.up) * day
        return TimeWindow(start: Date(timeIntervalSince1970: midnight), end: Date(timeIntervalSince1970: end))
    }
}
