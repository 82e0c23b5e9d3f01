import Testing

@testable import ExchangeSimulator

@Suite("Wall clocks, zones and the times of requests")
struct TimeTests {
    @Test(
        "wall times are written as XML Schema has them",
        arguments: [
            (WallTime(year: 1970, month: 1, day: 1), "1970-01-01T00:00:00"),
            (WallTime(year: 2024, month: 2, day: 29, hour: 23, minute: 59, second: 59), "2024-02-29T23:59:59"),
            (WallTime(year: 2026, month: 12, day: 31) + WallTime.day, "2027-01-01T00:00:00"),
            (WallTime(year: 1601, month: 1, day: 1), "1601-01-01T00:00:00"),
        ]
    )
    func text(time: WallTime, text: String) {
        #expect(time.text == text)
    }

    @Test("1 January 1970 was a Thursday, 22 November 2026 is a Sunday, 1 January 1601 was a Monday")
    func weekday() {
        #expect(WallTime(year: 1970, month: 1, day: 1).weekday == 4)
        #expect(WallTime(year: 2026, month: 11, day: 22).weekday == 0)
        #expect(WallTime(year: 1601, month: 1, day: 1).weekday == 1)
    }

    /// Berlin, as a SerializableTimeZone gives it.
    private static let berlin = RequestTimeZone(
        bias: -60,
        standard: .init(bias: 0, time: 3 * 3600, order: 5, month: 10, weekday: 0),
        daylight: .init(bias: -60, time: 2 * 3600, order: 5, month: 3, weekday: 0)
    )
    /// Sydney: summer spans the new year.
    private static let sydney = RequestTimeZone(
        bias: -600,
        standard: .init(bias: 0, time: 3 * 3600, order: 1, month: 4, weekday: 0),
        daylight: .init(bias: -60, time: 2 * 3600, order: 1, month: 10, weekday: 0)
    )

    @Test(
        "summer time of both hemispheres, to the second",
        arguments: [
            (berlin, "2026-03-29T00:59:59Z", 3600), (berlin, "2026-03-29T01:00:00Z", 7200),
            (berlin, "2026-10-25T00:59:59Z", 7200), (berlin, "2026-10-25T01:00:00Z", 3600),
            (sydney, "2026-04-04T15:59:59Z", 39_600), (sydney, "2026-04-04T16:00:00Z", 36_000),
            (sydney, "2026-10-03T15:59:59Z", 36_000), (sydney, "2026-10-03T16:00:00Z", 39_600),
            (sydney, "2026-12-31T13:30:00Z", 39_600), (RequestTimeZone(bias: 480), "2026-07-01T00:00:00Z", -28_800),
        ]
    )
    func offset(zone: RequestTimeZone, moment: String, offset: Int) {
        #expect(zone.offset(at: instant(moment)) == offset)
    }

    @Test(
        "times of requests",
        arguments: [
            ("2026-11-23T08:00:00", "2026-11-23T07:00:00Z"), ("2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"),
            ("2026-11-23T08:00:00.1234567", "2026-11-23T07:00:00Z"), ("2026-11-23T08:00:00.5Z", "2026-11-23T08:00:00Z"),
            ("2026-11-23T08:00:00+05:30", "2026-11-23T02:30:00Z"), ("2026-07-01T08:00:00", "2026-07-01T06:00:00Z"),
        ]
    )
    func requestTime(text: String, moment: String) {
        #expect(SchemaTime.instant(text, clock: Self.berlin)?.text == moment)
    }

    @Test(
        "what is no time is none",
        arguments: ["", "2026-11-23", "2026-13-01T00:00:00", "2026-11-23T08:00:00+0530", "23.11.2026 08:00:00"]
    )
    func noTime(text: String) {
        #expect(SchemaTime.instant(text, clock: RequestTimeZone.utc) == nil)
    }

    @Test(
        "times of the control interface",
        arguments: [("+2h", 7200), ("-90m", -5400), ("+1d", 86_400), ("1970-01-01T01:00:00+01:00", 0)]
    )
    func controlTime(text: String, seconds: Int) throws {
        #expect(try ControlTime.instant(text, now: Instant(seconds: 0)).seconds == seconds)
    }

    @Test("a control time without an offset is refused", arguments: ["1970-01-01T01:00:00", "2h", "+2x", ""])
    func noControlTime(text: String) {
        #expect(throws: ControlMistake.self) { try ControlTime.instant(text, now: Instant(seconds: 0)) }
    }
}
