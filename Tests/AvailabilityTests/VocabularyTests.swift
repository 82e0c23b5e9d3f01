import Availability
import Foundation
import TestSupport
import Testing

@Suite("Words of the field")
struct VocabularyTests {
    @Test("two spellings of an address are one mailbox")
    func spelling() throws {
        #expect(try #require(MailboxAddress("Alice@Example.COM")) == #require(MailboxAddress("alice@example.com")))
        #expect(try #require(MailboxAddress("alice@Example.com")).domain == "example.com")
    }

    @Test(
        "what cannot be an address is refused",
        arguments: [
            "", "alice", "@example.com", "alice@", "a@b@c", "alice smith@example.com", "alice@example.com\n",
            "<alice@example.com>", "al\u{0}ice@example.com", String(repeating: "a", count: 250) + "@b.cd",
        ]
    )
    func notAnAddress(text: String) {
        #expect(MailboxAddress(text) == nil)
    }

    @Test("intervals are clipped, sorted and told once; empty and inverted ones are dropped")
    func normalized() {
        let window = TimeWindow(start: time("2026-11-23T00:00:00Z"), end: time("2026-11-24T00:00:00Z"))
        func interval(_ start: String, _ end: String) -> BusyInterval {
            BusyInterval(start: time(start), end: time(end), busyType: .busy)
        }
        let messy = [
            interval("2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"),
            interval("2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"),
            interval("2026-11-22T23:00:00Z", "2026-11-23T01:00:00Z"),
            interval("2026-11-23T23:00:00Z", "2026-11-25T01:00:00Z"),
            interval("2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"),
            interval("2026-11-23T09:00:00Z", "2026-11-23T08:00:00Z"),
            interval("2026-11-25T09:00:00Z", "2026-11-25T10:00:00Z"),
        ]
        #expect(
            BusyInterval.normalized(messy, within: window) == [
                interval("2026-11-23T00:00:00Z", "2026-11-23T01:00:00Z"),
                interval("2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"),
                interval("2026-11-23T23:00:00Z", "2026-11-24T00:00:00Z"),
            ]
        )
    }

    @Test("a private appointment keeps neither subject nor location")
    func privacy() {
        let interval = BusyInterval(
            start: .distantPast,
            end: .distantFuture,
            busyType: .busy,
            subject: "Doctor",
            location: "Town",
            isPrivate: true
        )
        #expect(interval.subject == nil)
        #expect(interval.location == nil)
    }

    @Test("the window to read starts at midnight and holds the days asked for, up to the next midnight")
    func anchoredWindow() {
        let window = TimeWindow.anchored(at: time("2026-11-23T10:30:00Z"), days: 8)
        #expect(window.start == time("2026-11-23T00:00:00Z"))
        #expect(window.end == time("2026-12-02T00:00:00Z"))
        let atMidnight = TimeWindow.anchored(at: time("2026-11-23T00:00:00Z"), days: 8)
        #expect(atMidnight.end == time("2026-12-01T00:00:00Z"))
    }

    @Test(
        "lengths of time are told in their largest useful unit",
        arguments: [
            (0.0, "0 s"), (119.0, "119 s"), (120.0, "2 min"), (7_199.0, "119 min"), (7_200.0, "2 h"),
            (172_800.0, "2 d"), (-5.0, "0 s"),
        ]
    )
    func ages(seconds: Double, text: String) {
        #expect(AgeText.text(seconds) == text)
    }

    @Test("times are told short today, with the weekday this week, with the date beyond, in the zone asked for")
    func clockTexts() throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        let clock = ClockText(zone: berlin, relativeTo: time("2026-11-23T08:00:00Z"))
        #expect(clock.text(time("2026-11-23T09:00:00Z")) == "10:00")
        #expect(clock.text(time("2026-11-23T23:30:00Z")) == "Tue 00:30")
        #expect(clock.text(time("2026-12-24T12:00:00Z")) == "2026-12-24 13:00")
        #expect(clock.text(time("2026-11-23T09:00:59Z")) == "10:00")
    }

    @Test(
        "a time that exists twice, and no other, is told with its distance from UTC",
        arguments: [
            // From 03:00 back to 02:00 at 01:00 UTC.
            ("Europe/Berlin", "2026-10-24T23:59:00Z", "01:59"),
            ("Europe/Berlin", "2026-10-25T00:00:00Z", "02:00+02:00"),
            ("Europe/Berlin", "2026-10-25T00:59:00Z", "02:59+02:00"),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", "02:00+01:00"),
            ("Europe/Berlin", "2026-10-25T01:59:00Z", "02:59+01:00"),
            ("Europe/Berlin", "2026-10-25T02:00:00Z", "03:00"),
            // From 02:00 on to 03:00 at 01:00 UTC.
            ("Europe/Berlin", "2027-03-28T00:59:00Z", "01:59"), ("Europe/Berlin", "2027-03-28T01:00:00Z", "03:00"),
            // From 02:00 back to 01:30 at 15:00 UTC.
            ("Australia/Lord_Howe", "2027-04-03T14:29:00Z", "01:29"),
            ("Australia/Lord_Howe", "2027-04-03T14:30:00Z", "01:30+11:00"),
            ("Australia/Lord_Howe", "2027-04-03T15:29:00Z", "01:59+10:30"),
            ("Australia/Lord_Howe", "2027-04-03T15:30:00Z", "02:00"),
            // From 02:00 back to 01:00 at 06:00 UTC.
            ("America/New_York", "2026-11-01T05:30:00Z", "01:30-04:00"),
            ("America/New_York", "2026-11-01T06:30:00Z", "01:30-05:00"),
        ]
    )
    func doubleHours(zone: String, moment: String, text: String) throws {
        let zone = try #require(TimeZone(identifier: zone))
        #expect(ClockText(zone: zone, relativeTo: time(moment)).text(time(moment)) == text)
    }

    @Test(
        "a stretch of time says its day once where it begins and ends on the same",
        arguments: [
            ("2026-11-23T09:00:00Z", "2026-11-23T10:30:00Z", "10:00–11:30"),
            ("2026-11-24T07:15:00Z", "2026-11-24T07:30:00Z", "Tue 08:15–08:30"),
            ("2026-11-24T22:00:00Z", "2026-11-25T07:00:00Z", "Tue 23:00–Wed 08:00"),
            // Midnight belongs to the day that it begins.
            ("2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z", "Tue 00:00–Wed 00:00"),
            ("2026-12-24T12:00:00Z", "2026-12-24T13:00:00Z", "2026-12-24 13:00–14:00"),
        ]
    )
    func spans(start: String, end: String, text: String) throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        let clock = ClockText(zone: berlin, relativeTo: time("2026-11-23T08:00:00Z"))
        #expect(clock.text(time(start), to: time(end)) == text)
    }
}
