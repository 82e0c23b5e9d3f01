package import Foundation

/// A calendar as a row of digits, one for each stretch of the window: all that is granted to those who may see little
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/mergedfreebusy>).
package struct MergedFreeBusy: Hashable, Sendable {
    /// As sent: only the digits 0 to 5.
    package let digits: String

    /// `nil` where `digits` holds anything else.
    package init?(digits: String) {
        guard digits.utf8.allSatisfy({ 0x30...0x35 ~= $0 }) else { return nil }
        self.digits = digits
    }

    /// The digits as appointments: equal neighbours are one, free stretches are none.
    ///
    /// - Parameters:
    ///   - windowStart: of the window that was asked for; the first digit begins there.
    ///   - minutes: the length of a stretch that was asked for.
    ///   - serverVersion: 4 means “working elsewhere” from Exchange 2013 on, “no data” before, and “no data” too where
    ///     the version is not known.
    package func calendarEvents(
        from windowStart: Date,
        minutes: Int,
        serverVersion: ServerVersion?
    ) -> [CalendarEvent] {
        let knowsWorkingElsewhere = serverVersion.map { $0 >= ServerVersion(15, 0) } ?? false
        let stretch = TimeInterval(minutes * 60)
        var events: [CalendarEvent] = []
        for (index, digit) in digits.utf8.enumerated() {
            let busyType: LegacyFreeBusyType
            switch digit {
            case UInt8(ascii: "1"): busyType = .tentative
            case UInt8(ascii: "2"): busyType = .busy
            case UInt8(ascii: "3"): busyType = .outOfOffice
            case UInt8(ascii: "4"): busyType = knowsWorkingElsewhere ? .workingElsewhere : .noData
            case UInt8(ascii: "5"): busyType = .noData
            default: continue
            }
            let start = windowStart + Double(index) * stretch
            if let last = events.last, last.endTime == start, last.busyType == busyType {
                events[events.count - 1].endTime = start + stretch
            } else {
                events.append(CalendarEvent(startTime: start, endTime: start + stretch, busyType: busyType))
            }
        }
        return events
    }
}
