import Foundation
import TestSupport
import Testing

@testable import EWSMessages

@Suite("Times of EWS")
struct EWSDateTimeTests {
    @Test(
        "every form that servers send is understood",
        arguments: [
            ("2026-11-23T08:00:00", "2026-11-23T08:00:00Z"),
            ("2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"),
            ("2026-11-23T09:00:00+01:00", "2026-11-23T08:00:00Z"),
            ("2026-11-23T09:00:00+0100", "2026-11-23T08:00:00Z"),
            ("2026-11-22T22:30:00-09:30", "2026-11-23T08:00:00Z"),
            ("2026-11-23T08:00:00-00:00", "2026-11-23T08:00:00Z"),
            ("2026-11-23T24:00:00", "2026-11-24T00:00:00Z"),
            ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
            ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
        ]
    )
    func understood(text: String, expected: String) {
        #expect(EWSDateTime.parse(Array(text.utf8)[...]) == time(expected))
    }

    @Test(
        "fractions of one to nine digits are understood",
        arguments: [("5", 0.5), ("25", 0.25), ("0000000", 0), ("1234567", 0.123_456_7), ("999999999", 0.999_999_999)]
    )
    func fractions(digits: String, seconds: Double) throws {
        let parsed = EWSDateTime.parse(Array("2026-11-23T08:00:00.\(digits)+01:00".utf8)[...])
        let difference = try #require(parsed).timeIntervalSince(time("2026-11-23T07:00:00Z"))
        #expect(abs(difference - seconds) < 0.000_001)
    }

    /// The days from 1 January of year 1 to 1970 are 719,162: 1969 years of 365 days and 477 leap days.
    @Test("the first moment that .NET knows is understood")
    func firstMoment() {
        let parsed = EWSDateTime.parse(Array("0001-01-01T00:00:00".utf8)[...])
        #expect(parsed == Date(timeIntervalSince1970: -719_162 * 86_400))
    }

    @Test(
        "nonsense is no time",
        arguments: [
            "", "2026", "2026-11-23", "2026-11-23T08:00", "2026-13-01T00:00:00", "2026-00-01T00:00:00",
            "2026-11-31T00:00:00", "2026-02-29T00:00:00", "2100-02-29T00:00:00", "2026-11-00T00:00:00",
            "2026-11-23T25:00:00", "2026-11-23T24:00:01", "2026-11-23T24:00:00.1", "2026-11-23T08:60:00",
            "2026-11-23T08:00:60", "2026-11-23 08:00:00", "2026-11-23t08:00:00", "2026-11-23T08:00:00z",
            "2026-11-23T08:00:00.", "2026-11-23T08:00:00.1234567890", "2026-11-23T08:00:00+1", "2026-11-23T08:00:00+01",
            "2026-11-23T08:00:00+01:60", "2026-11-23T08:00:00+14:01", "2026-11-23T08:00:00Z ", "0000-01-01T00:00:00",
            "-2026-11-23T08:00:00", "12026-11-23T08:00:00", "2026-1-23T08:00:00", "2026-11-23T08:00:00+01:00Z",
            "２０２６-11-23T08:00:00",
        ]
    )
    func nonsense(text: String) {
        #expect(EWSDateTime.parse(Array(text.utf8)[...]) == nil)
    }

    @Test(
        "a request tells times in UTC without a zone",
        arguments: [
            ("2026-11-23T08:00:00Z", "2026-11-23T08:00:00"), ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59"),
            ("2000-03-01T00:00:00Z", "2000-03-01T00:00:00"), ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59"),
            ("2026-12-31T00:00:00Z", "2026-12-31T00:00:00"),
        ]
    )
    func written(moment: String, expected: String) {
        #expect(EWSDateTime.text(time(moment)) == expected)
    }
}
