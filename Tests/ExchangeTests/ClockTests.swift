import Availability
import Foundation
import HTTPTransport
import Logging
import TestSupport
import Testing

@testable import Exchange

@Suite("Clocks of servers")
struct ClockTests {
    @Test(
        "the time of an answer is read as RFC 9110 writes it",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
            ("Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59Z"),
            ("Fri, 01 Mar 2024 00:00:00 GMT", "2024-03-01T00:00:00Z"),
            ("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"),
            ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z"),
        ]
    )
    func dates(text: String, expected: String) {
        #expect(HTTPDate.time(text) == time(expected))
    }

    @Test(
        "what is no such time is none",
        arguments: [
            "", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT", "Sun, ٠٦ Nov 1994 08:49:37 GMT",
        ]
    )
    func noDates(text: String) {
        #expect(HTTPDate.time(text) == nil)
    }

    private static let now = time("2026-11-22T10:00:00Z")

    private static func news(_ watch: inout ClockWatch, serverAhead seconds: Double, at now: Date) -> ClockWatch.News? {
        watch.met(now + seconds, at: now, from: "mail.example.com")
    }

    @Test("five minutes are let pass, in both directions")
    func tolerance() {
        for seconds in [0.0, 1, 299, 300, -300] {
            var watch = ClockWatch()
            #expect(Self.news(&watch, serverAhead: seconds, at: Self.now) == nil)
            #expect(watch.difference == nil)
        }
        for seconds in [301.0, -301, 86_400] {
            var watch = ClockWatch()
            #expect(Self.news(&watch, serverAhead: seconds, at: Self.now) != nil)
        }
    }

    @Test("a difference is told once, and once that it is over")
    func once() {
        var watch = ClockWatch()
        guard case .differ(let diagnosis) = Self.news(&watch, serverAhead: 900, at: Self.now) else {
            Issue.record("it was not told")
            return
        }
        #expect(diagnosis.id == "clock.skew")
        #expect(diagnosis.summary.contains("mail.example.com is 15 min ahead of"))
        #expect(watch.difference == StoredFailure(diagnosis, at: Self.now))
        #expect(Self.news(&watch, serverAhead: 900, at: Self.now + 60) == nil)
        #expect(Self.news(&watch, serverAhead: 0, at: Self.now + 700) == .agreeAgain)
        #expect(watch.difference == nil)
        #expect(Self.news(&watch, serverAhead: 0, at: Self.now + 701) == nil)
    }

    @Test("one wrong server among right ones is one difference, told once")
    func oneOfSeveral() {
        var watch = ClockWatch()
        var told: [ClockWatch.News] = []
        for minute in 0..<60 {
            let seconds = minute % 4 == 0 ? -1_000.0 : 0
            told += [Self.news(&watch, serverAhead: seconds, at: Self.now + Double(minute) * 60)].compactMap(\.self)
        }
        #expect(told.count == 1)
        #expect(watch.difference != nil)
    }

    @Test("when the clock of this machine is set right, it is over with the next answer", arguments: [-3_600.0, 3_600])
    func clockSet(step: Double) {
        var watch = ClockWatch()
        #expect(Self.news(&watch, serverAhead: step, at: Self.now) != nil)
        #expect(Self.news(&watch, serverAhead: 0, at: Self.now + step + 1) == .agreeAgain)
    }

    @Test("a connector says so beside its server, from any answer")
    func connector() async throws {
        let late: HTTPHeaders = ["Date": "Sun, 22 Nov 2026 09:48:00 GMT"]
        let http = ScriptedHTTP(.status(503, late), .status(503, ["Date": "Sun, 22 Nov 2026 10:00:03 GMT"]))
        let connector = try Given.connector(http)
        #expect(await connector.server().warning == nil)
        _ = await connector.failure()
        let warning = await connector.server().warning
        #expect(warning?.diagnosis.id == "clock.skew")
        #expect(warning?.diagnosis.summary.contains("12 min behind") == true)
        #expect(warning.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test("in a connector too it is over ten minutes after the last wrong time")
    func over() async throws {
        let scheduler = ManualScheduler(now: Given.now)
        let http = ScriptedHTTP(
            .status(503, ["Date": "Sun, 22 Nov 2026 09:00:00 GMT"]),
            .status(503, ["Date": "Sun, 22 Nov 2026 10:09:00 GMT"]),
            .status(503, ["Date": "Sun, 22 Nov 2026 10:10:00 GMT"])
        )
        let connector = EWSConnector(
            try Given.options(),
            http: http,
            logger: .init(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: scheduler
        )
        _ = await connector.failure()
        await scheduler.advance(by: 540)
        _ = await connector.failure()
        #expect(await connector.server().warning != nil)
        await scheduler.advance(by: 60)
        _ = await connector.failure()
        #expect(await connector.server().warning == nil)
    }
}
