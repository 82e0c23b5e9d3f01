import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("Reading automatic replies")
struct AutomaticReplyTests {
    private static func reading(_ answer: ScriptedHTTP.Answer) async throws -> AutomaticReplyReading {
        let mailbox = try #require(MailboxAddress("anna@example.com"))
        return try await Given.connector(ScriptedHTTP(answer)).readAutomaticReply(of: mailbox)
    }

    @Test("a scheduled reply comes with its times and plain text")
    func scheduled() async throws {
        let reading = try await Self.reading(.soap(Documents.outOfOffice(Documents.scheduledReply)))
        let expected = AutomaticReply(
            state: .scheduled,
            duration: TimeWindow(start: time("2026-12-21T08:00:00Z"), end: time("2027-01-04T07:00:00Z")),
            internalText: "Back on Monday.\nAnna",
            externalText: ""
        )
        #expect(reading == .success(expected))
    }

    @Test("it is read as the mailbox, or as the account where that is wanted")
    func impersonation() async throws {
        let mailbox = try #require(MailboxAddress("anna@example.com"))
        let header = "<t:PrimarySmtpAddress>anna@example.com</t:PrimarySmtpAddress>"
        for (access, isImpersonating) in [(EWSConnectorOptions.Access.impersonation, true), (.delegate, false)] {
            let http = ScriptedHTTP(.soap(Documents.outOfOffice(Documents.scheduledReply)))
            _ = try await Given.connector(http, access: access).readAutomaticReply(of: mailbox)
            #expect(http.bodies.first?.contains(header) == isImpersonating)
            #expect(http.requests.first?.headers["X-AnchorMailbox"] == (isImpersonating ? "anna@example.com" : nil))
        }
    }

    @Test(
        "a mailbox that may not be read is data, whatever form the refusal has",
        arguments: [
            (ScriptedHTTP.Answer.soap(Documents.outOfOffice("", code: "ErrorAccessDenied")), "calendar.no-access"),
            (.soap(Documents.outOfOffice("", code: "ErrorNonExistentMailbox")), "mailbox.not-found"),
            (.fault("ErrorImpersonateUserDenied"), "access.impersonation-denied"),
            (.bareFault("ErrorImpersonateUserDenied"), "access.impersonation-denied"),
            (.fault("ErrorNonPrimarySmtpAddress", values: ["Primary": "a@example.com"]), "mailbox.address-mismatch"),
            (.fault("ErrorProxyRequestNotAllowed"), "mailbox.elsewhere"),
            (.bareFault("soap:Client"), "calendar.no-access"),
            (.fault("ErrorMailboxStoreUnavailable"), "server.fault"),
        ]
    )
    func mailboxFailures(answer: ScriptedHTTP.Answer, id: String) async throws {
        guard case .failure(let failure) = try await Self.reading(answer) else {
            Issue.record("read")
            return
        }
        #expect(failure.diagnosis.id == id)
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test(
        "what concerns the server or the account is no fault of the mailbox",
        arguments: [
            (
                ScriptedHTTP.Answer.fault("ErrorServerBusy", values: ["BackOffMilliseconds": "2000"]),
                RetryAdvice.after(2)
            ),
            (.bareFault("SOAP:Server"), .later),
            (.fault("ErrorSchemaValidation"), .later),
            (.failure(.connectionClosed), .later),
        ]
    )
    func wholeFailures(answer: ScriptedHTTP.Answer, retry: RetryAdvice) async throws {
        await #expect {
            _ = try await Self.reading(answer)
        } throws: {
            ($0 as? SourceFailure)?.retry == retry
        }
    }
}
