package import Foundation

/// An appointment, or one occurrence of a series: servers expand recurrences
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/calendarevent>).
///
/// As sent: it may lie outside the window, and end before it starts.
package struct CalendarEvent: Hashable, Sendable {
    package var startTime: Date
    package var endTime: Date
    package var busyType: LegacyFreeBusyType
    /// Only in the detailed views.
    package var details: CalendarEventDetails?

    package init(
        startTime: Date,
        endTime: Date,
        busyType: LegacyFreeBusyType,
        details: CalendarEventDetails? = nil
    ) {
        self.startTime = startTime
        self.endTime = endTime
        self.busyType = busyType
        self.details = details
    }
}

/// What an appointment shows to others
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/busytype>).
package enum LegacyFreeBusyType: String, CaseIterable, Hashable, Sendable {
    case free = "Free"
    case tentative = "Tentative"
    case busy = "Busy"
    case outOfOffice = "OOF"
    /// From Exchange 2013 on.
    case workingElsewhere = "WorkingElsewhere"
    case noData = "NoData"
}

/// What an appointment is about
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/calendareventdetails>).
package struct CalendarEventDetails: Hashable, Sendable {
    /// At most 1,000 characters.
    package var subject: String?
    /// At most 1,000 characters.
    package var location: String?
    /// The owner marked it private: what else is told here is not for others.
    package var isPrivate: Bool

    package init(subject: String? = nil, location: String? = nil, isPrivate: Bool = false) {
        self.subject = subject
        self.location = location
        self.isPrivate = isPrivate
    }
}
