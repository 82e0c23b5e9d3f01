/// How much of a calendar is asked for, or granted. The granted view can be a lesser one than the one asked for
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/freebusyviewtype>).
package enum FreeBusyViewType: String, CaseIterable, Hashable, Sendable {
    /// Nothing: there is no right to see this calendar.
    case none = "None"
    /// Only a digit for each stretch of the window.
    case mergedOnly = "MergedOnly"
    /// Start, end and busy type of each appointment.
    case freeBusy = "FreeBusy"
    case freeBusyMerged = "FreeBusyMerged"
    /// Subject and place too.
    case detailed = "Detailed"
    case detailedMerged = "DetailedMerged"
}
