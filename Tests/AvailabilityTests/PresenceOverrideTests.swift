import Availability
import Foundation
import TestSupport
import Testing

@Suite("When an override ends")
struct PresenceOverrideTests {
    private func end(
        setAt: String,
        coveredFrom: String = "2026-11-23T00:00:00Z",
        _ intervals: [(start: String, end: String, type: BusyType)],
        rules: PresenceRules = PresenceRules()
    ) -> Date? {
        let override = PresenceOverride(presence: .away, setAt: time(setAt), end: .nextAppointment)
        let calendar = CalendarKnowledge(
            intervals: intervals.map {
                BusyInterval(start: time($0.start), end: time($0.end), busyType: $0.type)
            },
            covered: TimeWindow(start: time(coveredFrom), end: time("2026-12-02T00:00:00Z")),
            readAt: time(setAt),
            source: "hq"
        )
        return override.endTime(in: calendar, rules: rules)
    }

    @Test(
        "an appointment that starts after the override was set ends it; one that began before, or then, does not",
        arguments: [
            ("2026-11-23T08:59:59Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T09:00:00Z", "2026-11-23T14:00:00Z"),
            ("2026-11-23T09:30:00Z", "2026-11-23T14:00:00Z"),
            ("2026-11-23T13:59:59Z", "2026-11-23T14:00:00Z"),
            ("2026-11-23T14:00:00Z", nil),
        ] as [(String, String?)]
    )
    func starts(setAt: String, expected: String?) {
        let intervals: [(String, String, BusyType)] = [
            ("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z", .busy),
            ("2026-11-23T14:00:00Z", "2026-11-23T15:00:00Z", .outOfOffice),
        ]
        #expect(end(setAt: setAt, intervals) == expected.map { time($0) })
    }

    @Test(
        "only what shows somebody as other than available is an appointment here",
        arguments: [
            (BusyType.free, false), (.tentative, false), (.workingElsewhere, false), (.busy, true),
            (.outOfOffice, true), (.noData, true),
        ]
    )
    func types(type: BusyType, ends: Bool) {
        let start = "2026-11-23T09:00:00Z"
        let found = end(setAt: "2026-11-23T08:00:00Z", [(start, "2026-11-23T10:00:00Z", type)])
        #expect(found == (ends ? time(start) : nil))
    }

    @Test("what the rules make of a type decides")
    func rules() {
        let start = "2026-11-23T09:00:00Z"
        let tentative = [(start, "2026-11-23T10:00:00Z", BusyType.tentative)]
        let found = end(setAt: "2026-11-23T08:00:00Z", tentative, rules: PresenceRules(tentative: .meeting))
        #expect(found == time(start))
    }

    // The meeting of the table goes from 22:00 to 02:00. Read after midnight it is cut off there, as everything is that
    // reaches into the window.
    @Test(
        "an appointment that is cut off where the known time begins is no start; one that starts within is",
        arguments: [
            ("2026-11-23T22:30:00Z", "2026-11-23T00:00:00Z", "2026-11-23T22:00:00Z", nil),
            ("2026-11-23T22:30:00Z", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", nil),
            ("2026-11-23T23:30:00Z", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z"),
            ("2026-11-23T23:30:00Z", "2026-11-24T00:00:00Z", "2026-11-24T00:00:01Z", "2026-11-24T00:00:01Z"),
        ] as [(String, String, String, String?)]
    )
    func edge(setAt: String, coveredFrom: String, start: String, expected: String?) {
        let night = [(start, "2026-11-24T02:00:00Z", BusyType.busy)]
        #expect(end(setAt: setAt, coveredFrom: coveredFrom, night) == expected.map { time($0) })
    }

    @Test("a time is an end whatever the calendar says, and an open override needs a calendar to end")
    func timed() {
        let until = time("2026-11-23T12:00:00Z")
        let timed = PresenceOverride(presence: .away, setAt: until - 3_600, end: .at(until))
        let open = PresenceOverride(presence: .away, setAt: until - 3_600, end: .nextAppointment)
        #expect(timed.endTime(in: nil, rules: PresenceRules()) == until)
        #expect(open.endTime(in: nil, rules: PresenceRules()) == nil)
    }
}
