import CICal

/// A VEVENT as plain values: a single appointment, the master of a series, or one changed occurrence of a series.
struct CalendarEvent: Sendable {
    var uid: String
    var sequence: Int
    /// The wall time it begins, in `zone`.
    var start: WallTime
    var zone: CalendarZone
    /// Seconds on the wall clock: a meeting from 22:00 to 06:00 ends at 06:00 also in the night the clocks change, as
    /// Outlook shows it.
    var duration: Int
    var rules: [RecurrenceRule] = []
    var extraDates: [WallTime] = []
    var excludedTimes: Set<WallTime> = []
    /// Whole days without an occurrence (EXDATE with a date where the event has a time), as their midnights.
    var excludedDays: Set<WallTime> = []
    /// Which occurrence of the series this replaces, as the series would have placed it.
    var recurrenceID: WallTime?
    var isCancelled = false
    /// What all occurrences share; its id and times are blank.
    var details: Occurrence

    var isSeries: Bool { !rules.isEmpty || !extraDates.isEmpty }

    /// Nil for a VEVENT without DTSTART.
    init?(_ component: ICalComponent, zones: CalendarZones, position: Int) {
        guard let startProperty = component.property(ICAL_DTSTART_PROPERTY),
            icaltime_is_null_time(startProperty.time) == 0
        else { return nil }
        let zone = zones.zone(of: startProperty)
        start = WallTime(startProperty.time)
        self.zone = zone
        duration = Self.duration(component, start: startProperty.time, zone: zone, zones: zones)
        // Events without UID are each their own.
        uid = component.property(ICAL_UID_PROPERTY)?.text ?? "event-\(position)"
        sequence = component.property(ICAL_SEQUENCE_PROPERTY).flatMap { Int($0.text) } ?? 0
        rules = component.properties(ICAL_RRULE_PROPERTY).map { RecurrenceRule(text: $0.text) }
        let inZone = { (property: ICalProperty) in Self.wall(property, in: zone, zones: zones) }
        extraDates = component.properties(ICAL_RDATE_PROPERTY).map(inZone)
        for property in component.properties(ICAL_EXDATE_PROPERTY) {
            if property.time.is_date != 0, startProperty.time.is_date == 0 {
                excludedDays.insert(WallTime(property.time))
            } else {
                excludedTimes.insert(inZone(property))
            }
        }
        recurrenceID = component.property(ICAL_RECURRENCEID_PROPERTY).map(inZone)
        isCancelled = component.property(ICAL_STATUS_PROPERTY)?.text.uppercased() == "CANCELLED"
        details = Self.details(component)
    }

    /// A time of the event on the wall clock of its zone.
    private static func wall(_ property: ICalProperty, in zone: CalendarZone, zones: CalendarZones) -> WallTime {
        let time = property.time
        // A date is a date in any zone.
        if time.is_date != 0 { return WallTime(time) }
        return zone.wall(of: zones.zone(of: property).instant(of: WallTime(time)))
    }

    /// https://www.rfc-editor.org/rfc/rfc5545#section-3.6.1: without DTEND or DURATION a date lasts its day, a time nothing.
    private static func duration(
        _ component: ICalComponent,
        start: icaltimetype,
        zone: CalendarZone,
        zones: CalendarZones
    ) -> Int {
        let shortest = start.is_date != 0 ? WallTime.day : 0
        if let end = component.property(ICAL_DTEND_PROPERTY), icaltime_is_null_time(end.time) == 0 {
            return max(shortest, wall(end, in: zone, zones: zones).seconds - WallTime(start).seconds)
        }
        if let property = component.property(ICAL_DURATION_PROPERTY) {
            return max(shortest, Int(icaldurationtype_as_int(icalproperty_get_duration(property.pointer))))
        }
        return shortest
    }

    /// Subject and place without iCalendar's escapes; whoever invites others has a meeting.
    private static func details(_ component: ICalComponent) -> Occurrence {
        Occurrence(
            id: "",
            start: Instant(seconds: 0),
            end: Instant(seconds: 0),
            busyType: busyType(component),
            subject: component.property(ICAL_SUMMARY_PROPERTY)
                .flatMap { icalproperty_get_summary($0.pointer) }.map { String(cString: $0) } ?? "",
            location: component.property(ICAL_LOCATION_PROPERTY)
                .flatMap { icalproperty_get_location($0.pointer) }.map { String(cString: $0) } ?? "",
            isMeeting: component.property(ICAL_ATTENDEE_PROPERTY) != nil,
            isReminderSet: !component.children(ICAL_VALARM_COMPONENT).isEmpty,
            isPrivate: ["PRIVATE", "CONFIDENTIAL"].contains(component.property(ICAL_CLASS_PROPERTY)?.text.uppercased())
        )
    }

    /// Exchange's own property says it exactly; without it TRANSP and STATUS do.
    private static func busyType(_ component: ICalComponent) -> BusyType {
        switch component.extensionValue("X-MICROSOFT-CDO-BUSYSTATUS")?.uppercased() {
        case "FREE": return .free
        case "TENTATIVE": return .tentative
        case "BUSY": return .busy
        case "OOF": return .outOfOffice
        case "WORKINGELSEWHERE": return .workingElsewhere
        default: break
        }
        if component.property(ICAL_TRANSP_PROPERTY)?.text.uppercased() == "TRANSPARENT" { return .free }
        return component.property(ICAL_STATUS_PROPERTY)?.text.uppercased() == "TENTATIVE" ? .tentative : .busy
    }
}
