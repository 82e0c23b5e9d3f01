import CICal

/// The appointments of one `.ics` file, moved by whole weeks where asked, ready to be expanded over any window.
///
/// **The shift.** Recurrences are expanded on the wall clock where the file has them; each occurrence then moves by
/// `shiftWeeks` whole weeks *on the wall clock of its zone*, and only then becomes a moment. So weekdays and times of day
/// stay, rules such as "second Tuesday" keep their exceptions, and clock changes fall where they really are. A time
/// written in UTC moves on the UTC clock.
struct CalendarFile: Sendable {
    var events: [CalendarEvent]
    var shiftWeeks: Int

    /// Nil when the text is no iCalendar.
    init?(text: String, shift: WeekShift = .weeks(0), now: Instant = Instant(seconds: 0)) {
        let parsed = ICalComponent.withParsed(text) { root -> [CalendarEvent]? in
            // Several VCALENDARs in one stream come wrapped in one root.
            let wrapped = root.children(ICAL_VCALENDAR_COMPONENT)
            let calendars = icalcomponent_isa(root.pointer) == ICAL_VCALENDAR_COMPONENT ? [root] : wrapped
            return calendars.isEmpty ? nil : calendars.flatMap(Self.events)
        }
        guard let parsed, let events = parsed else { return nil }
        self.events = Self.newestVersions(events)
        shiftWeeks = shift.weeks(for: self.events, now: now)
    }

    private static func events(of calendar: ICalComponent) -> [CalendarEvent] {
        let zones = CalendarZones(calendar)
        return calendar.children(ICAL_VEVENT_COMPONENT).enumerated()
            .compactMap { CalendarEvent($0.element, zones: zones, position: $0.offset) }
    }

    /// The same appointment may stand in a file several times: the highest SEQUENCE counts.
    private static func newestVersions(_ events: [CalendarEvent]) -> [CalendarEvent] {
        struct Key: Hashable {
            var uid: String
            var recurrenceID: WallTime?
        }
        var newest: [Key: Int] = [:]
        for (index, event) in events.enumerated() {
            let key = Key(uid: event.uid, recurrenceID: event.recurrenceID)
            if let other = newest[key], events[other].sequence > event.sequence { continue }
            newest[key] = index
        }
        return newest.values.sorted().map { events[$0] }
    }

    /// Everything that shows in the window, by start.
    func occurrences(in window: Range<Instant>) -> [Occurrence] {
        let changes = Dictionary(grouping: events.filter { $0.recurrenceID != nil }, by: \.uid)
        var found: [Occurrence] = []
        for event in events where event.recurrenceID == nil && !event.isCancelled {
            let replaced = Set((changes[event.uid] ?? []).compactMap(\.recurrenceID))
            for wall in walls(of: event, in: window) where !replaced.contains(wall) {
                found.append(occurrence(of: event, at: wall, original: wall))
            }
        }
        for event in changes.values.joined() where !event.isCancelled {
            found.append(occurrence(of: event, at: event.start, original: event.recurrenceID ?? event.start))
        }
        return found.filter { $0.shows(in: window) }.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
    }

    /// One occurrence by its id, wherever it lies within some years around the file's own events.
    func occurrence(id: String) -> Occurrence? {
        let starts = events.map(\.start.seconds)
        guard let first = starts.min(), let last = starts.max() else { return nil }
        let shift = shiftWeeks * WallTime.week
        let reach = 20 * 53 * WallTime.week
        let window = Instant(seconds: first + shift - WallTime.week)..<Instant(seconds: last + shift + reach)
        return occurrences(in: window).first { $0.id == id }
    }

    /// When an event begins, unmoved, in a stretch that surely holds the window.
    private func walls(of event: CalendarEvent, in window: Range<Instant>) -> [WallTime] {
        guard event.isSeries else { return [event.start] }
        // No zone is further than 14 hours from UTC: a day on each side covers any.
        let shift = shiftWeeks * WallTime.week
        let first = WallTime(seconds: window.lowerBound.seconds - shift - WallTime.day - event.duration)
        let end = WallTime(seconds: window.upperBound.seconds - shift + WallTime.day)
        var walls: Set = [event.start]
        for rule in event.rules {
            walls.formUnion(rule.occurrences(from: event.start, before: end, zone: event.zone))
        }
        walls.formUnion(event.extraDates)
        return walls.filter { wall in
            first <= wall && wall < end && !event.excludedTimes.contains(wall)
                && !event.excludedDays.contains(wall.midnight)
        }
    }

    private func occurrence(of event: CalendarEvent, at wall: WallTime, original: WallTime) -> Occurrence {
        let moved = wall + shiftWeeks * WallTime.week
        var occurrence = event.details
        occurrence.id = "\(event.uid)/\(original.text)"
        occurrence.start = event.zone.instant(of: moved)
        occurrence.end = max(occurrence.start, event.zone.instant(of: moved + event.duration))
        occurrence.isRecurring = event.isSeries || event.recurrenceID != nil
        occurrence.isException = event.recurrenceID != nil
        return occurrence
    }
}
