import Testing

@testable import ExchangeSimulator

@Suite("Calendar files are expanded as RFC 5545 has it")
struct CalendarExpansionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var calendar: String
        /// By default the week of Monday 2 March 2026.
        var from = "2026-03-02T00:00:00Z"
        var to = "2026-03-09T00:00:00Z"
        var shown: [String]
    }

    static let cases = [
        Case(
            testDescription: "a time in UTC",
            calendar: calendar(event("DTSTART:20260303T090000Z\r\nDTEND:20260303T100000Z")),
            shown: ["2026-03-03T09:00:00Z/2026-03-03T10:00:00Z Busy"]
        ),
        Case(
            testDescription: "DURATION instead of DTEND",
            calendar: calendar(event("DTSTART:20260303T090000Z\r\nDURATION:PT1H30M")),
            shown: ["2026-03-03T09:00:00Z/2026-03-03T10:30:00Z Busy"]
        ),
        Case(
            testDescription: "a zone under a name of the file's own, in winter",
            calendar: calendar(
                event("DTSTART;TZID=Office:20260303T090000\r\nDTEND;TZID=Office:20260303T100000"),
                zones: ["Office"]
            ),
            shown: ["2026-03-03T08:00:00Z/2026-03-03T09:00:00Z Busy"]
        ),
        Case(
            testDescription: "a quoted zone name",
            calendar: calendar(
                event("DTSTART;TZID=\"Office\":20260303T090000\r\nDTEND;TZID=\"Office\":20260303T100000"),
                zones: ["Office"]
            ),
            shown: ["2026-03-03T08:00:00Z/2026-03-03T09:00:00Z Busy"]
        ),
        Case(
            testDescription: "a series keeps its wall clock when summer time begins on 29 March",
            calendar: calendar(
                event("DTSTART;TZID=Office:20260326T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=2"),
                zones: ["Office"]
            ),
            from: "2026-03-23T00:00:00Z",
            to: "2026-04-06T00:00:00Z",
            shown: ["2026-03-26T08:00:00Z/2026-03-26T09:00:00Z Busy", "2026-04-02T07:00:00Z/2026-04-02T08:00:00Z Busy"]
        ),
        Case(
            testDescription: "the hour that spring leaves out counts with the old offset",
            calendar: calendar(event("DTSTART;TZID=Office:20260329T023000\r\nDURATION:PT1H"), zones: ["Office"]),
            from: "2026-03-29T00:00:00Z",
            to: "2026-03-30T00:00:00Z",
            shown: ["2026-03-29T01:30:00Z/2026-03-29T01:30:00Z Busy"]
        ),
        Case(
            testDescription: "of the hour that autumn has twice, the first",
            calendar: calendar(event("DTSTART;TZID=Office:20261025T023000\r\nDURATION:PT15M"), zones: ["Office"]),
            from: "2026-10-25T00:00:00Z",
            to: "2026-10-26T00:00:00Z",
            shown: ["2026-10-25T00:30:00Z/2026-10-25T00:45:00Z Busy"]
        ),
        Case(
            testDescription: "a date is a whole day of the first zone in the file",
            calendar: calendar(event("DTSTART;VALUE=DATE:20260304"), zones: ["Plant"]),
            shown: ["2026-03-03T18:15:00Z/2026-03-04T18:15:00Z Busy"]
        ),
        Case(
            testDescription: "X-WR-TIMEZONE is the zone of dates before any VTIMEZONE",
            calendar: calendar(
                event("DTSTART;VALUE=DATE:20260304\r\nDTEND;VALUE=DATE:20260306"),
                zones: ["Plant", "Office"],
                header: "X-WR-TIMEZONE:Office"
            ),
            shown: ["2026-03-03T23:00:00Z/2026-03-05T23:00:00Z Busy"]
        ),
        Case(
            testDescription: "a floating time is in the home zone",
            calendar: calendar(event("DTSTART:20260304T120000\r\nDURATION:PT1H"), zones: ["Plant"]),
            shown: ["2026-03-04T06:15:00Z/2026-03-04T07:15:00Z Busy"]
        ),
        Case(
            testDescription: "EXDATE takes one away, RDATE adds one",
            calendar: calendar(
                event(
                    """
                    DTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r
                    EXDATE:20260303T090000Z\r\nRDATE:20260307T120000Z
                    """
                )
            ),
            shown: [
                "2026-03-02T09:00:00Z/2026-03-02T10:00:00Z Busy", "2026-03-04T09:00:00Z/2026-03-04T10:00:00Z Busy",
                "2026-03-07T12:00:00Z/2026-03-07T13:00:00Z Busy",
            ]
        ),
        Case(
            testDescription: "RECURRENCE-ID moves and changes one, another one is cancelled",
            calendar: calendar(
                event("DTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3") + "\r\n"
                    + event(
                        """
                        RECURRENCE-ID:20260303T090000Z\r\nDTSTART:20260306T150000Z\r\nDURATION:PT2H\r
                        X-MICROSOFT-CDO-BUSYSTATUS:OOF
                        """
                    ) + "\r\n" + event("RECURRENCE-ID:20260304T090000Z\r\nDTSTART:20260304T090000Z\r\nSTATUS:CANCELLED")
            ),
            shown: ["2026-03-02T09:00:00Z/2026-03-02T10:00:00Z Busy", "2026-03-06T15:00:00Z/2026-03-06T17:00:00Z OOF"]
        ),
        Case(
            testDescription: "UNTIL in UTC includes the occurrence that begins then",
            calendar: calendar(
                event(
                    "DTSTART;TZID=Office:20260302T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;UNTIL=20260303T080000Z"
                ),
                zones: ["Office"]
            ),
            shown: ["2026-03-02T08:00:00Z/2026-03-02T09:00:00Z Busy", "2026-03-03T08:00:00Z/2026-03-03T09:00:00Z Busy"]
        ),
        Case(
            testDescription: "Exchange's UNTIL of a whole-day series is the last day's midnight in UTC",
            calendar: calendar(
                event("DTSTART;VALUE=DATE:20260302\r\nRRULE:FREQ=DAILY;UNTIL=20260302T230000Z"),
                zones: ["Office"]
            ),
            shown: ["2026-03-01T23:00:00Z/2026-03-02T23:00:00Z Busy", "2026-03-02T23:00:00Z/2026-03-03T23:00:00Z Busy"]
        ),
        Case(
            testDescription: "a series that began years ago shows, what ends or begins at the edge does not",
            calendar: calendar(
                event("DTSTART:20160104T000000Z\r\nDTEND:20160104T010000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=MO") + "\r\n"
                    + event("DTSTART:20260301T230000Z\r\nDTEND:20260302T000000Z", uid: "before") + "\r\n"
                    + event("DTSTART:20260309T000000Z\r\nDTEND:20260309T010000Z", uid: "after")
            ),
            shown: ["2026-03-02T00:00:00Z/2026-03-02T01:00:00Z Busy"]
        ),
        Case(
            testDescription: "what crosses the edge of the window keeps its own times",
            calendar: calendar(event("DTSTART:20260301T200000Z\r\nDTEND:20260302T020000Z")),
            shown: ["2026-03-01T20:00:00Z/2026-03-02T02:00:00Z Busy"]
        ),
        Case(
            testDescription: "cancelled events are left out",
            calendar: calendar(event("DTSTART:20260303T090000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED")),
            shown: []
        ),
        Case(
            testDescription: "of two versions of an event the higher SEQUENCE counts",
            calendar: calendar(
                event("DTSTART:20260303T120000Z\r\nDURATION:PT1H\r\nSEQUENCE:2") + "\r\n"
                    + event("DTSTART:20260303T090000Z\r\nDURATION:PT1H\r\nSEQUENCE:1")
            ),
            shown: ["2026-03-03T12:00:00Z/2026-03-03T13:00:00Z Busy"]
        ),
    ]

    @Test("occurrences of a window", arguments: cases)
    func occurrences(_ example: Case) {
        #expect(shown(example.calendar, from: example.from, to: example.to) == example.shown)
    }

    @Test(
        "busy types",
        arguments: [
            ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", BusyType.free), ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", .tentative),
            ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\nTRANSP:TRANSPARENT", .busy),
            ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", .outOfOffice),
            ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", .workingElsewhere), ("TRANSP:TRANSPARENT", .free),
            ("STATUS:TENTATIVE", .tentative), ("STATUS:CONFIRMED", .busy), ("TRANSP:OPAQUE", .busy),
        ]
    )
    func busyType(lines: String, type: BusyType) {
        let file = CalendarFile(text: calendar(event("DTSTART:20260303T090000Z\r\nDURATION:PT1H\r\n\(lines)")))
        #expect(file?.events.map(\.details.busyType) == [type])
    }

    @Test("CLASS:PRIVATE is private, subjects lose their escapes")
    func details() {
        let text = calendar(
            event("DTSTART:20260303T090000Z\r\nCLASS:PRIVATE\r\nSUMMARY:Tea\\, then cake\r\nLOCATION:Room 4")
        )
        let details = CalendarFile(text: text)?.events.first?.details
        #expect(details?.isPrivate == true)
        #expect(details?.subject == "Tea, then cake")
        #expect(details?.location == "Room 4")
    }

    @Test("what is no calendar is refused")
    func garbage() {
        #expect(CalendarFile(text: "hello") == nil)
        #expect(CalendarFile(text: "") == nil)
    }
}
