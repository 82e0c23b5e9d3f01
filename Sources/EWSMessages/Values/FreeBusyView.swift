package import Foundation

/// The calendar of one mailbox within the window, in the view that was granted
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/freebusyview>).
package struct FreeBusyView: Hashable, Sendable {
    /// The view that was granted.
    package var viewType: FreeBusyViewType
    /// Only in the merged views.
    package var mergedFreeBusy: MergedFreeBusy?
    /// Empty where the array is missing: servers leave it out of an empty calendar.
    package var calendarEvents: [CalendarEvent]

    package init(
        viewType: FreeBusyViewType,
        mergedFreeBusy: MergedFreeBusy? = nil,
        calendarEvents: [CalendarEvent] = []
    ) {
        self.viewType = viewType
        self.mergedFreeBusy = mergedFreeBusy
        self.calendarEvents = calendarEvents
    }

    /// The appointments by the best that the view holds: itself, or where only digits were granted, those.
    ///
    /// - Returns: `nil` where nothing was granted.
    package func calendarEvents(
        windowStart: Date,
        mergedIntervalInMinutes: Int,
        serverVersion: ServerVersion?
    ) -> [CalendarEvent]? {
        switch viewType {
        case .none: nil
        case .mergedOnly:
            mergedFreeBusy?.calendarEvents(
                from: windowStart,
                minutes: mergedIntervalInMinutes,
                serverVersion: serverVersion
            )
        case .freeBusy, .freeBusyMerged, .detailed, .detailedMerged: calendarEvents
        }
    }
}
