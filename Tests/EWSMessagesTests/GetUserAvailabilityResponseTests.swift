import Foundation
import TestSupport
import Testing

@testable import EWSMessages

@Suite("GetUserAvailability: responses")
struct GetUserAvailabilityResponseTests {
    typealias Response = GetUserAvailabilityResponse.FreeBusyResponse

    private static func responses(_ bytes: [UInt8]) throws -> [Response] {
        let reply = try GetUserAvailabilityResponse.decode(bytes)
        guard case .success(let response) = reply.result else {
            Issue.record("a fault: \(reply.result)")
            return []
        }
        return response.freeBusyResponses
    }

    private static func responses(_ parts: String...) throws -> [Response] {
        try responses(Documents.availability(parts))
    }

    private static let morning = Documents.event("2026-11-23T08:00:00", "2026-11-23T09:30:00", "Busy")
    private static let readMorning = CalendarEvent(
        startTime: time("2026-11-23T08:00:00Z"),
        endTime: time("2026-11-23T09:30:00Z"),
        busyType: .busy
    )

    @Test("the free/busy view gives start, end and type of each appointment, in the order of the server")
    func freeBusy() throws {
        let view = """
            <t:FreeBusyViewType>FreeBusy</t:FreeBusyViewType><t:CalendarEventArray>\(Self.morning)\
            \(Documents.event("2026-11-22T23:00:00Z", "2026-11-23T23:00:00.0000000Z", "WorkingElsewhere"))\
            </t:CalendarEventArray>\(Documents.workingHours)
            """
        let other = CalendarEvent(
            startTime: time("2026-11-22T23:00:00Z"),
            endTime: time("2026-11-23T23:00:00Z"),
            busyType: .workingElsewhere
        )
        let expected = FreeBusyView(viewType: .freeBusy, calendarEvents: [Self.readMorning, other])
        #expect(try Self.responses(Documents.mailbox(view)) == [.success(expected)])
    }

    @Test(
        "every busy type is known",
        arguments: [
            ("Free", LegacyFreeBusyType.free), ("Tentative", .tentative), ("Busy", .busy), ("OOF", .outOfOffice),
            ("WorkingElsewhere", .workingElsewhere), ("NoData", .noData),
        ]
    )
    func busyTypes(text: String, expected: LegacyFreeBusyType) throws {
        let view = """
            <t:FreeBusyViewType>FreeBusy</t:FreeBusyViewType><t:CalendarEventArray>\
            \(Documents.event("2026-11-23T08:00:00", "2026-11-23T09:30:00", " \(text)\n"))</t:CalendarEventArray>
            """
        var event = Self.readMorning
        event.busyType = expected
        let expected = FreeBusyView(viewType: .freeBusy, calendarEvents: [event])
        #expect(try Self.responses(Documents.mailbox(view)) == [.success(expected)])
    }

    @Test("the detailed view gives subject, place and whether it is private")
    func detailed() throws {
        let details = """
            <t:CalendarEventDetails><t:ID>00000000AB</t:ID><t:Subject>Budget &amp; Plan</t:Subject>\
            <t:Location>Room 7</t:Location><t:IsMeeting>true</t:IsMeeting><t:IsRecurring>false</t:IsRecurring>\
            <t:IsException>false</t:IsException><t:IsReminderSet>true</t:IsReminderSet><t:IsPrivate>true</t:IsPrivate>\
            </t:CalendarEventDetails>
            """
        let view = """
            <t:FreeBusyViewType>DetailedMerged</t:FreeBusyViewType><t:MergedFreeBusy>0220</t:MergedFreeBusy>\
            <t:CalendarEventArray>\
            \(Documents.event("2026-11-23T08:00:00", "2026-11-23T09:30:00", "Busy", details: details))\
            </t:CalendarEventArray>
            """
        var event = Self.readMorning
        event.details = CalendarEventDetails(subject: "Budget & Plan", location: "Room 7", isPrivate: true)
        let expected = FreeBusyView(
            viewType: .detailedMerged,
            mergedFreeBusy: MergedFreeBusy(digits: "0220"),
            calendarEvents: [event]
        )
        #expect(try Self.responses(Documents.mailbox(view)) == [.success(expected)])
    }

    @Test("an empty calendar may come without its array")
    func noArray() throws {
        let view = Documents.mailbox("<t:FreeBusyViewType>Detailed</t:FreeBusyViewType>")
        #expect(try Self.responses(view) == [.success(FreeBusyView(viewType: .detailed))])
    }

    @Test("an error belongs to its mailbox, with its code and details")
    func failedMailbox() throws {
        let xml = """
            <m:MessageXml><t:Value xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" \
            Name="BackOffMilliseconds">1500</t:Value></m:MessageXml>
            """
        let parts = [
            Documents.failedMailbox("ErrorMailRecipientNotFound", text: "Benutzer nicht gefunden."),
            Documents.mailbox("<t:FreeBusyViewType>None</t:FreeBusyViewType>"),
            Documents.failedMailbox("ErrorServerBusy", xml: xml),
        ]
        let notFound = ResponseMessage(.mailRecipientNotFound, messageText: "Benutzer nicht gefunden.")
        let busy = ResponseMessage(
            .serverBusy,
            messageText: "",
            messageXml: MessageXml(values: ["BackOffMilliseconds": "1500"])
        )
        let responses = try Self.responses(Documents.availability(parts))
        #expect(responses == [.failure(notFound), .success(FreeBusyView(viewType: .none)), .failure(busy)])
        #expect(busy.messageXml.backOffMilliseconds == 1_500)
    }

    @Test(
        "nonsense in one mailbox leaves the others alone",
        arguments: [
            (
                Documents.event("2026-13-01T08:00:00", "2026-11-23T09:30:00", "Busy"),
                EWSDecodingError.Reason.invalidValue(element: "StartTime", text: "2026-13-01T08:00:00")
            ),
            (
                Documents.event("2026-11-23T08:00:00", "2026-11-23T09:30:00", "Sleeping"),
                .invalidValue(element: "BusyType", text: "Sleeping")
            ),
            (
                "<t:CalendarEvent><t:StartTime>2026-11-23T08:00:00</t:StartTime></t:CalendarEvent>",
                .missing(element: "EndTime")
            ),
        ]
    )
    func unreadableMailbox(event: String, expected: EWSDecodingError.Reason) throws {
        let view = "<t:FreeBusyViewType>FreeBusy</t:FreeBusyViewType>"
        let responses = try Self.responses(
            Documents.mailbox(view),
            Documents.mailbox("\(view)<t:CalendarEventArray>\(event)\(Self.morning)</t:CalendarEventArray>"),
            Documents.mailbox("\(view)<t:CalendarEventArray>\(Self.morning)</t:CalendarEventArray>")
        )
        try #require(responses.count == 3)
        #expect(responses[0] == .success(FreeBusyView(viewType: .freeBusy)))
        #expect(responses[2] == .success(FreeBusyView(viewType: .freeBusy, calendarEvents: [Self.readMorning])))
        guard case .unreadable(let error) = responses[1] else {
            Issue.record("\(responses[1])")
            return
        }
        #expect(error.reason == expected)
        #expect(error.line == 2)
    }

    @Test("a mailbox of which nothing is told is unreadable")
    func nothingTold() throws {
        let responses = try Self.responses("<m:FreeBusyResponse/>")
        guard case .unreadable(let error)? = responses.first else {
            Issue.record("\(responses)")
            return
        }
        #expect(error.reason == .missing(element: "FreeBusyView"))
    }

    @Test("prefixes mean nothing, and elements of the same name in another namespace are not ours")
    func namespaces() throws {
        let bytes = Array(
            """
            <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:other">
              <Body>
                <t:GetUserAvailabilityResponse><t:FreeBusyResponseArray/></t:GetUserAvailabilityResponse>
                <GetUserAvailabilityResponse xmlns="http://schemas.microsoft.com/exchange/services/2006/messages">
                  <FreeBusyResponseArray>
                    <t:FreeBusyResponse/>
                    <FreeBusyResponse>
                      <FreeBusyView xmlns:x="http://schemas.microsoft.com/exchange/services/2006/types">
                        <FreeBusyViewType>Detailed</FreeBusyViewType>
                        <x:FreeBusyViewType>FreeBusy</x:FreeBusyViewType>
                      </FreeBusyView>
                    </FreeBusyResponse>
                  </FreeBusyResponseArray>
                </GetUserAvailabilityResponse>
              </Body>
            </Envelope>
            """.utf8
        )
        #expect(try Self.responses(bytes) == [.success(FreeBusyView(viewType: .freeBusy))])
    }

    @Test("a forbidden character in a subject costs that character and nothing else")
    func forbiddenCharacters() throws {
        let details = """
            <t:CalendarEventDetails><t:Subject>Q&#x10;1\u{1}</t:Subject><t:IsPrivate>0</t:IsPrivate>\
            </t:CalendarEventDetails>
            """
        let view = """
            <t:FreeBusyViewType>Detailed</t:FreeBusyViewType><t:CalendarEventArray>\
            \(Documents.event("2026-11-23T08:00:00", "2026-11-23T09:30:00", "Busy", details: details))\
            </t:CalendarEventArray>
            """
        var event = Self.readMorning
        event.details = CalendarEventDetails(subject: "Q\t1 ")
        let expected = FreeBusyView(viewType: .detailed, calendarEvents: [event])
        #expect(try Self.responses(Documents.mailbox(view)) == [.success(expected)])
    }

    @Test("a document in pieces of any size gives what the whole gives")
    func pieces() throws {
        let view = "<t:FreeBusyViewType>FreeBusy</t:FreeBusyViewType>"
        let bytes = Documents.availability([
            Documents.mailbox("\(view)<t:CalendarEventArray>\(Self.morning)</t:CalendarEventArray>"),
            Documents.failedMailbox("ErrorAccessDenied", text: "n&#xE4;h &#x1; 😀"),
        ])
        let whole = try GetUserAvailabilityResponse.decode(bytes)
        for size in [1, 2, 3, 7, 64, 1_000] {
            let decoder = EnvelopeDecoder<GetUserAvailabilityResponse.Reader>(limits: ParserLimits())
            var rest = bytes[...]
            while !rest.isEmpty {
                try decoder.feed(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(try decoder.finish() == whole, "pieces of \(size)")
        }
        #expect(try Self.responses(bytes).count == 2)
    }
}

@Suite("Merged free/busy")
struct MergedFreeBusyTests {
    private static let start = time("2026-11-23T00:00:00Z")

    /// The example of the reference page: out of office for an hour, then busy for two, then nothing.
    @Test("digits become appointments, equal neighbours one")
    func documentedExample() throws {
        let merged = try #require(MergedFreeBusy(digits: "3220"))
        #expect(
            merged.calendarEvents(from: Self.start, minutes: 60, serverVersion: nil) == [
                CalendarEvent(startTime: Self.start, endTime: time("2026-11-23T01:00:00Z"), busyType: .outOfOffice),
                CalendarEvent(
                    startTime: time("2026-11-23T01:00:00Z"),
                    endTime: time("2026-11-23T03:00:00Z"),
                    busyType: .busy
                ),
            ]
        )
    }

    @Test(
        "4 means working elsewhere from Exchange 2013 on",
        arguments: [
            (ServerVersion?.some(ServerVersion(15, 0, 516)), LegacyFreeBusyType.workingElsewhere),
            (ServerVersion(14, 3, 123), .noData),
            (nil, .noData),
        ]
    )
    func workingElsewhere(version: ServerVersion?, expected: LegacyFreeBusyType) throws {
        let merged = try #require(MergedFreeBusy(digits: "0040"))
        let events = merged.calendarEvents(from: Self.start, minutes: 15, serverVersion: version)
        #expect(
            events == [
                CalendarEvent(
                    startTime: time("2026-11-23T00:30:00Z"),
                    endTime: time("2026-11-23T00:45:00Z"),
                    busyType: expected
                )
            ]
        )
    }

    @Test("the rest of the digits, and none")
    func others() throws {
        let merged = try #require(MergedFreeBusy(digits: "15"))
        let events = merged.calendarEvents(from: Self.start, minutes: 30, serverVersion: nil)
        #expect(events.map(\.busyType) == [.tentative, .noData])
        #expect(MergedFreeBusy(digits: "")?.calendarEvents(from: Self.start, minutes: 30, serverVersion: nil) == [])
        #expect(MergedFreeBusy(digits: "0260") == nil)
        #expect(MergedFreeBusy(digits: "0 2") == nil)
    }

    @Test("a view gives its appointments by the best it has")
    func views() {
        let event = CalendarEvent(startTime: Self.start, endTime: Self.start + 900, busyType: .busy)
        func events(_ view: FreeBusyView) -> [CalendarEvent]? {
            view.calendarEvents(windowStart: Self.start, mergedIntervalInMinutes: 15, serverVersion: nil)
        }
        let digits = MergedFreeBusy(digits: "20")
        #expect(events(FreeBusyView(viewType: .none)) == nil)
        #expect(events(FreeBusyView(viewType: .mergedOnly)) == nil)
        #expect(events(FreeBusyView(viewType: .mergedOnly, mergedFreeBusy: digits)) == [event])
        #expect(events(FreeBusyView(viewType: .freeBusyMerged, mergedFreeBusy: digits)) == [])
        #expect(events(FreeBusyView(viewType: .detailed, calendarEvents: [event])) == [event])
    }
}
