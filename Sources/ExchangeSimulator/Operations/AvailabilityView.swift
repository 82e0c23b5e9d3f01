/// How much a caller may see of a calendar, least first.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/freebusyviewtype
enum AvailabilityView: String, CaseIterable, Codable, Sendable {
    case none = "None"
    case mergedOnly = "MergedOnly"
    case freeBusy = "FreeBusy"
    case freeBusyMerged = "FreeBusyMerged"
    case detailed = "Detailed"
    case detailedMerged = "DetailedMerged"

    var hasMerged: Bool { self == .mergedOnly || self == .freeBusyMerged || self == .detailedMerged }
    var hasEvents: Bool { self != .none && self != .mergedOnly }
    var hasDetails: Bool { self == .detailed || self == .detailedMerged }

    /// What is left of this request where no more than `granted` is allowed.
    func limited(to granted: AvailabilityView) -> AvailabilityView {
        if granted == .none { return .none }
        if granted == .mergedOnly { return .mergedOnly }
        if hasDetails, !granted.hasDetails { return hasMerged ? .freeBusyMerged : .freeBusy }
        return self
    }
}

/// The string of digits that stands for a window, one digit an interval.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/mergedfreebusy
struct MergedFreeBusy {
    var window: Range<Instant>
    var intervalMinutes: Int

    /// The strongest claim within each interval; an appointment without length claims nothing.
    func digits(of occurrences: [Occurrence], on product: ExchangeProduct) -> String {
        let step = intervalMinutes * 60
        let length = window.upperBound.seconds - window.lowerBound.seconds
        var types = [BusyType](repeating: .free, count: (length + step - 1) / step)
        for occurrence in occurrences where occurrence.start < occurrence.end {
            let start = max(0, occurrence.start.seconds - window.lowerBound.seconds)
            let end = min(length, occurrence.end.seconds - window.lowerBound.seconds)
            guard start < end else { continue }
            let type = product.shown(occurrence.busyType)
            for index in start / step...(end - 1) / step where type.rank > types[index].rank { types[index] = type }
        }
        return types.map { String($0.digit) }.joined()
    }
}
