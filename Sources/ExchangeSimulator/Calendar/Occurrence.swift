/// What a calendar says of a stretch of time, weakest claim first.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/busytype
enum BusyType: String, CaseIterable, Decodable, Sendable {
    case free = "Free"
    case workingElsewhere = "WorkingElsewhere"
    case tentative = "Tentative"
    case busy = "Busy"
    case outOfOffice = "OOF"

    /// The digit in a merged free/busy string.
    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/mergedfreebusy
    var digit: Int {
        switch self {
        case .free: 0
        case .tentative: 1
        case .busy: 2
        case .outOfOffice: 3
        case .workingElsewhere: 4
        }
    }

    /// As control orders spell it: Exchange's word or that of calendar files, in any case.
    init(from decoder: any Decoder) throws {
        let word = try decoder.singleValueContainer().decode(String.self)
        guard let type = Self.allCases.first(where: { $0.rawValue.lowercased() == word.lowercased() }) else {
            let context = DecodingError.Context(
                codingPath: decoder.codingPath,
                debugDescription: "no busy type: \(word)"
            )
            throw DecodingError.dataCorrupted(context)
        }
        self = type
    }

    /// Which one shows where several overlap.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// One appointment at one time: recurrences arrive here already expanded.
struct Occurrence: Sendable {
    /// Stays the same however often the calendar is expanded; names the occurrence in the control interface.
    var id: String
    var start: Instant
    var end: Instant
    var busyType: BusyType
    var subject = ""
    var location = ""
    var isMeeting = false
    var isRecurring = false
    var isException = false
    var isReminderSet = false
    var isPrivate = false

    /// Whether it shows in a window: overlaps it, or has no length and lies within.
    func shows(in window: Range<Instant>) -> Bool {
        start < window.upperBound && (end > window.lowerBound || (start == end && start >= window.lowerBound))
    }
}
