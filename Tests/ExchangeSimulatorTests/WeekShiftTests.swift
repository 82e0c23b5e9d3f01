import Testing

@testable import ExchangeSimulator

@Suite("Old calendars move by whole weeks")
struct WeekShiftTests {
    /// Days on which an event starts at noon UTC.
    private func calendar(onDays days: [String]) -> String {
        ExchangeSimulatorTests.calendar(
            days.enumerated().map { event("DTSTART:\($0.element)T120000Z\r\nDURATION:PT1H", uid: "\($0.offset)") }
                .joined(separator: "\r\n")
        )
    }

    @Test("a shift across the start of summer time keeps nine o'clock in the office")
    func wallClock() {
        // 4 March is in winter (+1); five weeks later, 8 April, is in summer (+2).
        let text = ExchangeSimulatorTests.calendar(
            event("DTSTART;TZID=Office:20260304T090000\r\nDURATION:PT1H"),
            zones: ["Office"]
        )
        let moved = shown(text, from: "2026-04-08T00:00:00Z", to: "2026-04-09T00:00:00Z", shift: .weeks(5))
        #expect(moved == ["2026-04-08T07:00:00Z/2026-04-08T08:00:00Z Busy"])
    }

    @Test("exceptions of a monthly series move with it")
    func exceptions() {
        // Second Tuesdays: 10 March (taken out), 14 April. Ten weeks later: 19 May and 23 June.
        let text = ExchangeSimulatorTests.calendar(
            event(
                "DTSTART:20260310T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=2\r\nEXDATE:20260310T090000Z"
            )
        )
        let moved = shown(text, from: "2026-05-01T00:00:00Z", to: "2026-08-01T00:00:00Z", shift: .weeks(10))
        #expect(moved == ["2026-06-23T09:00:00Z/2026-06-23T10:00:00Z Busy"])
    }

    /// Now is Sunday 22 November 2026; tomorrow is Monday the 23rd.
    static let automatic: [(name: String, days: [String], weeks: Int)] = [
        ("a Monday comes to tomorrow", ["20261116"], 1),
        ("a Sunday comes to the end of the coming week", ["20261115"], 2),
        ("tomorrow stays", ["20261123"], 0),
        ("today moves a week on", ["20261122"], 1),
        ("the coming days stay", ["20261129"], 0),
        ("the far future comes back", ["20261130"], -1),
        ("the seven days with the most starts decide", ["20260105", "20261102", "20261103", "20261120"], 3),
        ("of equals the latest", ["20260105", "20260302"], 38),
    ]

    @Test("automatic shift", arguments: automatic.indices)
    func automaticShift(index: Int) throws {
        let example = Self.automatic[index]
        let file = CalendarFile(
            text: calendar(onDays: example.days),
            shift: .automatic,
            now: instant("2026-11-22T11:00:00Z")
        )
        #expect(file?.shiftWeeks == example.weeks, "\(example.name)")
    }

    @Test("cancelled events have no say in it")
    func cancelled() {
        let text = ExchangeSimulatorTests.calendar(
            event("DTSTART:20261116T120000Z") + "\r\n"
                + event("DTSTART:20261207T120000Z\r\nSTATUS:CANCELLED", uid: "two")
        )
        #expect(CalendarFile(text: text, shift: .automatic, now: instant("2026-11-22T11:00:00Z"))?.shiftWeeks == 1)
    }
}
