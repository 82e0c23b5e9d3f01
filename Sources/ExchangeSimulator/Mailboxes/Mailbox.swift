/// One mailbox: its calendar, its automatic reply, and what the control interface has done to it.
struct Mailbox: Sendable {
    /// In lower case.
    var address: String
    /// The file it came from, for people.
    var source: String
    var calendar: CalendarFile?
    var automaticReply: AutomaticReply
    /// The most that others may see.
    var granted = AvailabilityView.detailedMerged
    /// Whether the service account may act as it.
    var allowsImpersonation = true
    /// What every question about it is answered with, while set.
    var failure: MailboxError?

    /// Appointments by id that were booked, moved or made up: they stand beside those of the file.
    private var booked: [String: Occurrence] = [:]
    /// Ids of the file's occurrences that were cancelled or moved away.
    private var struck: Set<String> = []
    /// The last answer: a client asks for the same window again and again.
    private var expanded: (window: Range<Instant>, occurrences: [Occurrence])?

    init(address: String, source: String, calendar: CalendarFile?, now: Instant) {
        self.address = address
        self.source = source
        self.calendar = calendar
        automaticReply = .untouched(now: now)
    }

    var shiftWeeks: Int { calendar?.shiftWeeks ?? 0 }

    /// Everything that shows in the window, by start.
    mutating func occurrences(in window: Range<Instant>) -> [Occurrence] {
        if let expanded, expanded.window == window { return expanded.occurrences }
        let fromFile = (calendar?.occurrences(in: window) ?? []).filter { !struck.contains($0.id) }
        let own = booked.values.filter { $0.shows(in: window) }
        let all = (fromFile + own).sorted { ($0.start, $0.id) < ($1.start, $1.id) }
        expanded = (window, all)
        return all
    }

    /// Puts an appointment beside those of the file, or in place of one booked under the same id.
    mutating func book(_ occurrence: Occurrence) {
        booked[occurrence.id] = occurrence
        expanded = nil
    }

    /// - Returns: what was cancelled, nil when there is no such appointment.
    mutating func cancel(_ id: String) -> Occurrence? {
        if let own = booked.removeValue(forKey: id) {
            expanded = nil
            return own
        }
        guard !struck.contains(id), let found = calendar?.occurrence(id: id) else { return nil }
        struck.insert(id)
        expanded = nil
        return found
    }

    /// - Returns: the appointment at its new time, nil when there is none of this id.
    mutating func move(_ id: String, to start: Instant, until end: Instant) -> Occurrence? {
        guard var occurrence = cancel(id) else { return nil }
        occurrence.start = start
        occurrence.end = end
        occurrence.isException = occurrence.isRecurring
        book(occurrence)
        return occurrence
    }
}

/// What one caller may see of a mailbox's calendar.
struct VisibleCalendar: Sendable {
    var granted: AvailabilityView
    var occurrences: [Occurrence]
}
