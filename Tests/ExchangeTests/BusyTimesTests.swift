import Availability
import Exchange
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite("Reading busy times")
struct BusyTimesTests {
    private static func readings(
        _ parts: String...,
        of mailboxes: [MailboxAddress] = Given.mailboxes("anna"),
        readsDetails: Bool = false,
        version: String = Documents.exchange2019
    ) async throws -> [BusyTimesReading] {
        let http = ScriptedHTTP(.soap(Documents.availability(parts.joined()), version: version))
        let connector = try Given.connector(http, readsDetails: readsDetails)
        return try await connector.readBusyTimes(of: mailboxes, within: Given.window)
    }

    private static func id(_ reading: BusyTimesReading?) -> String? {
        guard case .failure(let failure)? = reading else { return nil }
        return failure.diagnosis.id
    }

    @Test("each mailbox gets its own reading, in the order that was asked")
    func mixed() async throws {
        let readings = try await Self.readings(
            Documents.failedMailbox("ErrorMailRecipientNotFound"),
            Documents.mailbox("FreeBusy", Documents.meeting),
            Documents.mailbox("Detailed"),
            of: Given.mailboxes("anna", "ben", "carla")
        )
        try #require(readings.count == 3)
        #expect(Self.id(readings[0]) == "mailbox.not-found")
        #expect(
            readings[1]
                == .success([
                    BusyInterval(
                        start: time("2026-11-23T09:00:00Z"),
                        end: time("2026-11-23T10:00:00Z"),
                        busyType: .busy
                    ),
                    BusyInterval(
                        start: time("2026-11-23T13:00:00Z"),
                        end: time("2026-11-23T14:00:00Z"),
                        busyType: .outOfOffice,
                        isPrivate: true
                    ),
                ])
        )
        #expect(readings[2] == .success([]))
    }

    @Test("details are taken only where they are wanted, and never of what is private")
    func details() async throws {
        let readings = try await Self.readings(Documents.mailbox("Detailed", Documents.meeting), readsDetails: true)
        let intervals = try #require(readings.first).get()
        #expect(intervals.map(\.subject) == ["Budget", nil])
        #expect(intervals.map(\.location) == ["Room 7", nil])
        #expect(intervals.map(\.isPrivate) == [false, true])
    }

    @Test("digits count from the start of the window, and 4 means what the server's version says")
    func merged() async throws {
        let digits = Documents.mailbox("MergedOnly", "<t:MergedFreeBusy>0240</t:MergedFreeBusy>")
        let quarter = { (index: Double) in Given.window.start.addingTimeInterval(index * 900) }
        func intervals(_ second: BusyType) -> [BusyInterval] {
            [
                BusyInterval(start: quarter(1), end: quarter(2), busyType: .busy),
                BusyInterval(start: quarter(2), end: quarter(3), busyType: second),
            ]
        }
        #expect(try await Self.readings(digits).first == .success(intervals(.workingElsewhere)))
        let old = Documents.serverVersion(14, 3, 513, 0)
        #expect(try await Self.readings(digits, version: old).first == .success(intervals(.noData)))
    }

    @Test(
        "a mailbox that fails is told apart by its code",
        arguments: [
            ("ErrorCannotFindUser", "mailbox.not-found"), ("ErrorNonExistentMailbox", "mailbox.not-found"),
            ("ErrorNonPrimarySmtpAddress", "mailbox.address-mismatch"),
            ("ErrorProxyRequestNotAllowed", "mailbox.elsewhere"),
            ("ErrorAddressSpaceNotFound", "mailbox.elsewhere"), ("ErrorMissingEmailAddress", "mailbox.no-license"),
            ("ErrorAccessDenied", "calendar.no-access"), ("ErrorFreeBusyGenerationFailed", "calendar.no-access"),
            ("ErrorNoFreeBusyAccess", "calendar.no-access"), ("ErrorServerBusy", "server.busy"),
            ("ErrorMailboxMoveInProgress", "server.fault"), ("ErrorOfTheFuture", "server.fault"),
        ]
    )
    func failures(code: String, id: String) async throws {
        let readings = try await Self.readings(Documents.failedMailbox(code))
        #expect(Self.id(readings.first) == id)
        guard case .failure(let failure)? = readings.first else { return }
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test("the primary address is told where the server tells it")
    func primaryAddress() async throws {
        let xml = #"<m:MessageXml><t:Value Name="Primary">anna.berg@example.com</t:Value></m:MessageXml>"#
        let readings = try await Self.readings(Documents.failedMailbox("ErrorNonPrimarySmtpAddress", xml: xml))
        guard case .failure(let failure)? = readings.first else {
            Issue.record("\(readings)")
            return
        }
        #expect(failure.diagnosis.summary.contains("anna@example.com"))
        #expect(failure.diagnosis.summary.contains("anna.berg@example.com"))
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test("nothing granted, and nonsense, fail that mailbox alone")
    func withoutData() async throws {
        let readings = try await Self.readings(
            Documents.mailbox("None"),
            Documents.mailbox("FreeBusy", Documents.meeting.replacing("T09:00:00", with: "T99:00:00")),
            Documents.mailbox("FreeBusy"),
            of: Given.mailboxes("anna", "ben", "carla")
        )
        #expect(readings.map(Self.id) == ["calendar.no-access", "server.unexpected-answer", nil])
    }

    @Test("an answer for another number of mailboxes is an answer for none")
    func mismatch() async throws {
        func failure(_ part: String) async -> SourceFailure? {
            do {
                _ = try await Self.readings(part, of: Given.mailboxes("anna", "ben"))
                return nil
            } catch {
                return error as? SourceFailure
            }
        }
        #expect(await failure(Documents.mailbox("FreeBusy"))?.diagnosis.id == "server.unexpected-answer")
        #expect(await failure(Documents.failedMailbox("ErrorTimeZone"))?.diagnosis.id == "server.fault")
        #expect(await failure(Documents.failedMailbox("ErrorServerBusy"))?.diagnosis.id == "server.busy")
    }

    @Test("the request asks for what is wanted, as the account itself, and says when to close the connection")
    func request() async throws {
        let http = ScriptedHTTP(.soap(Documents.availability(Documents.mailbox("FreeBusy"))))
        let connector = try Given.connector(http)
        _ = try await connector.readBusyTimes(of: Given.mailboxes("anna"), within: Given.window)
        let request = try #require(http.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://mail.example.com/EWS/Exchange.asmx")
        #expect(request.headers["content-type"] == "text/xml; charset=utf-8")
        #expect(request.headers["X-AnchorMailbox"] == nil)
        #expect(request.authentication == .basic(user: "service@example.com", password: Secret("correct horse")))
        let body = try #require(http.bodies.first)
        #expect(body.contains("<t:Address>anna@example.com</t:Address>"))
        #expect(body.contains("<t:RequestedView>FreeBusy</t:RequestedView>"))
        #expect(body.contains(#"<t:RequestServerVersion Version="Exchange2013">"#))
        #expect(!body.contains("Impersonation"))
        let closes = try #require(request.closesConnectionIf)
        #expect(closes(500, []))
        #expect(closes(200, Array("<SOAP:Body><SOAP:Fault><faultcode".utf8)))
        #expect(closes(200, Array("<Body><Fault xmlns=".utf8)))
        #expect(!closes(200, Array("<s:Body><m:GetUserAvailabilityResponse".utf8)))
    }

    @Test("details wanted are asked for")
    func detailedRequest() async throws {
        let http = ScriptedHTTP(.soap(Documents.availability(Documents.mailbox("Detailed"))))
        let connector = try Given.connector(http, readsDetails: true)
        _ = try await connector.readBusyTimes(of: Given.mailboxes("anna"), within: Given.window)
        #expect(http.bodies.first?.contains("<t:RequestedView>Detailed</t:RequestedView>") == true)
    }

    @Test("nobody asked for sends nothing; more than a server takes is refused before it is sent")
    func bounds() async throws {
        let http = ScriptedHTTP(.soap(Documents.availability()))
        let connector = try Given.connector(http)
        #expect(try await connector.readBusyTimes(of: [], within: Given.window).isEmpty)
        let many = (0...100).compactMap { MailboxAddress("user\($0)@example.com") }
        await #expect(throws: SourceFailure.self) {
            _ = try await connector.readBusyTimes(of: many, within: Given.window)
        }
        let year = TimeWindow(start: Given.window.start, end: Given.window.start + 365 * 86_400)
        await #expect(throws: SourceFailure.self) {
            _ = try await connector.readBusyTimes(of: Given.mailboxes("anna"), within: year)
        }
        #expect(http.requests.isEmpty)
    }
}
