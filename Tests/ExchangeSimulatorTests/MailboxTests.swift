import Foundation
import Testing

@testable import ExchangeSimulator

@Suite("Mailboxes show what was booked, and no more than is granted")
struct MailboxTests {
    private static let window = instant("2026-03-02T00:00:00Z")..<instant("2026-03-03T00:00:00Z")

    private func occurrence(_ id: String, _ start: String, _ end: String, _ type: BusyType = .busy) -> Occurrence {
        Occurrence(
            id: id,
            start: instant("2026-03-02T\(start):00Z"),
            end: instant("2026-03-02T\(end):00Z"),
            busyType: type
        )
    }

    @Test("an occurrence of a file can be moved out of the window and back")
    func moving() {
        let text = calendar(event("DTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2"))
        var mailbox = Mailbox(
            address: "a@example.com",
            source: "",
            calendar: CalendarFile(text: text),
            now: Instant(seconds: 0)
        )
        #expect(mailbox.occurrences(in: Self.window).map(\.start.text) == ["2026-03-02T09:00:00Z"])

        let id = "one/2026-03-02T09:00:00"
        let away = mailbox.move(id, to: instant("2026-05-01T09:00:00Z"), until: instant("2026-05-01T10:00:00Z"))
        #expect(away?.isException == true)
        #expect(mailbox.occurrences(in: Self.window).isEmpty)

        _ = mailbox.move(id, to: instant("2026-03-02T11:00:00Z"), until: instant("2026-03-02T12:00:00Z"))
        #expect(mailbox.occurrences(in: Self.window).map(\.start.text) == ["2026-03-02T11:00:00Z"])
        #expect(mailbox.cancel(id) != nil)
        #expect(mailbox.occurrences(in: Self.window).isEmpty)
        #expect(mailbox.cancel(id) == nil)
    }

    @Test("merged digits: the strongest claim of each interval, working elsewhere 4, nothing for no length")
    func merged() {
        let merged = MergedFreeBusy(
            window: Self.window.lowerBound..<(Self.window.lowerBound + 4 * 3600),
            intervalMinutes: 60
        )
        let occurrences = [
            occurrence("a", "00:30", "01:00", .tentative), occurrence("b", "00:45", "01:15", .busy),
            occurrence("c", "01:00", "02:00", .workingElsewhere), occurrence("d", "02:00", "02:00", .busy),
            occurrence("e", "02:30", "03:30", .workingElsewhere), occurrence("f", "03:00", "04:00", .outOfOffice),
        ]
        #expect(merged.digits(of: occurrences, on: .subscriptionEdition) == "2243")
        #expect(merged.digits(of: occurrences, on: .exchange2010) == "2203")
    }

    @Test(
        "orders may spell busy types as Exchange or as calendar files do",
        arguments: ["OOF", "oof", "Busy", "BUSY", "WORKINGELSEWHERE"]
    )
    func spelling(word: String) throws {
        let type = try JSONDecoder().decode([BusyType].self, from: Data("[\"\(word)\"]".utf8))
        #expect(type.map { $0.rawValue.lowercased() } == [word.lowercased()])
    }

    @Test("a window that is no whole number of intervals has a digit for the rest")
    func mergedRest() {
        let window = Self.window.lowerBound..<(Self.window.lowerBound + 100 * 60)
        #expect(MergedFreeBusy(window: window, intervalMinutes: 30).digits(of: [], on: .exchange2016) == "0000")
    }

    @Test(
        "what is asked is limited by what is granted",
        arguments: [
            (AvailabilityView.detailedMerged, AvailabilityView.detailedMerged, AvailabilityView.detailedMerged),
            (.detailed, .freeBusy, .freeBusy), (.detailedMerged, .freeBusy, .freeBusyMerged),
            (.freeBusy, .detailedMerged, .freeBusy), (.freeBusy, .mergedOnly, .mergedOnly),
            (.mergedOnly, .freeBusy, .mergedOnly), (.detailed, .none, .none),
        ]
    )
    func limits(asked: AvailabilityView, granted: AvailabilityView, shown: AvailabilityView) {
        #expect(asked.limited(to: granted) == shown)
    }

    @Test("the crowd is the same at every start of a day and fills the seven days from midnight")
    func crowd() {
        let crowd = SyntheticCrowd(mailboxes: 12, appointments: 20)
        let week = instant("2026-11-22T00:00:00Z")..<instant("2026-11-30T00:00:00Z")
        let starts = ["2026-11-22T01:00:00Z", "2026-11-22T23:00:00Z"].map { now in
            crowd.make(now: instant(now)).map { made -> [Instant] in
                var mailbox = made
                return mailbox.occurrences(in: week).map(\.start)
            }
        }
        #expect(starts[0] == starts[1])
        #expect(starts[0].allSatisfy { $0.count == 20 })
        #expect(Set(starts[0].map(\.description)).count == 12)
        #expect(crowd.make(now: Instant(seconds: 0)).last?.address == "user0012@example.com")
    }

    @Test(
        "only the service account with its password is let in",
        arguments: [
            // service@example.com:se:cret, Service@Example.COM:se:cret, service@example.com:secret
            ("Basic c2VydmljZUBleGFtcGxlLmNvbTpzZTpjcmV0", true), ("basic U2VydmljZUBFeGFtcGxlLkNPTTpzZTpjcmV0", true),
            ("Basic c2VydmljZUBleGFtcGxlLmNvbTpzZWNyZXQ=", false),
            ("Bearer c2VydmljZUBleGFtcGxlLmNvbTpzZTpjcmV0", false),
            ("Basic ???", false), (nil, false),
        ] as [(String?, Bool)]
    )
    func credentials(header: String?, accepted: Bool) {
        #expect(BasicCredentials(username: "service@example.com", password: "se:cret").accepts(header) == accepted)
    }
}
