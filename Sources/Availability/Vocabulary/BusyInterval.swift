package import Foundation

/// A stretch of a calendar, from `start` up to but not including `end`.
package struct BusyInterval: Hashable, Sendable {
    package var start: Date
    package var end: Date
    package var busyType: BusyType
    /// Only where the connector was told to read details, and never for a private appointment.
    package var subject: String?
    /// As `subject`.
    package var location: String?
    package var isPrivate: Bool

    package init(
        start: Date,
        end: Date,
        busyType: BusyType,
        subject: String? = nil,
        location: String? = nil,
        isPrivate: Bool = false
    ) {
        self.start = start
        self.end = end
        self.busyType = busyType
        self.subject = isPrivate ? nil : subject
        self.location = isPrivate ? nil : location
        self.isPrivate = isPrivate
    }

    /// Whether the interval holds at `time`.
    package func contains(_ time: Date) -> Bool { start <= time && time < end }
}

extension BusyInterval {
    /// What may be stored of a server's answer: within `window`, whole seconds, sorted, each once, none empty.
    ///
    /// Servers send items unsorted, outside the window and across its edges, and intervals of no or negative length.
    package static func normalized(_ intervals: [BusyInterval], within window: TimeWindow) -> [BusyInterval] {
        var seen = Set<BusyInterval>()
        seen.reserveCapacity(intervals.count)
        let kept = intervals.compactMap { interval -> BusyInterval? in
            var clipped = interval
            clipped.start = max(interval.start.wholeSecond, window.start)
            clipped.end = min(interval.end.wholeSecond, window.end)
            return clipped.start < clipped.end && seen.insert(clipped).inserted ? clipped : nil
        }
        return kept.sorted { ($0.start, $0.end, $0.busyType.rawValue) < ($1.start, $1.end, $1.busyType.rawValue) }
    }
}

extension Date {
    /// This moment without its fraction of a second: what calendars, the database and the telephone count in.
    package var wholeSecond: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
