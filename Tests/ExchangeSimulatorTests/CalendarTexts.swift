@testable import ExchangeSimulator

/// Wraps VEVENT lines in a calendar. `zones` are the names of zones below that it defines.
func calendar(_ lines: String, zones: [String] = [], header: String = "") -> String {
    (["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN"] + (header.isEmpty ? [] : [header])
        + zones.compactMap { zoneDefinitions[$0] } + [lines, "END:VCALENDAR", ""]).joined(separator: "\r\n")
}

/// One event from its lines.
func event(_ lines: String, uid: String = "one") -> String { "BEGIN:VEVENT\r\nUID:\(uid)\r\n\(lines)\r\nEND:VEVENT" }

private let zoneDefinitions = [
    // Berlin under a name only this file knows: +1, from the last Sunday of March to that of October +2.
    "Office": """
    BEGIN:VTIMEZONE
    TZID:Office
    BEGIN:STANDARD
    DTSTART:16010101T030000
    TZOFFSETFROM:+0200
    TZOFFSETTO:+0100
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:16010101T020000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0200
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
    END:DAYLIGHT
    END:VTIMEZONE
    """,
    // Like Kathmandu, without summer time.
    "Plant": """
    BEGIN:VTIMEZONE
    TZID:Plant
    BEGIN:STANDARD
    DTSTART:20100101T000000
    TZOFFSETFROM:+0545
    TZOFFSETTO:+0545
    END:STANDARD
    END:VTIMEZONE
    """,
]

/// A moment from RFC 3339.
func instant(_ text: String) -> Instant {
    SchemaTime.instant(text, clock: RequestTimeZone.utc) ?? Instant(seconds: .min)
}

/// What a calendar shows between two moments, one line an occurrence: `start/end type`.
func shown(_ text: String, from start: String, to end: String, shift: WeekShift = .weeks(0)) -> [String]? {
    CalendarFile(text: text, shift: shift)?.occurrences(in: instant(start)..<instant(end))
        .map { "\($0.start.text)/\($0.end.text) \($0.busyType.rawValue)" }
}
