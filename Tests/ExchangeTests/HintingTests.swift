import Availability
import Exchange
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite("Hints about automatic replies")
struct HintingTests {
    private static func connector(_ http: ScriptedHTTP) throws -> EWSConnector {
        var options = try Given.options()
        options.accountAddress = MailboxAddress("service@example.com")
        return Given.connector(http, options)
    }

    private static func tip(_ outOfOffice: String, pending: String = "") -> String {
        """
        <m:MailTipsResponseMessageType ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:MailTips>\
        <t:RecipientAddress><t:EmailAddress>x@example.com</t:EmailAddress></t:RecipientAddress><t:PendingMailTips>\
        \(pending)</t:PendingMailTips>\(outOfOffice)</m:MailTips></m:MailTipsResponseMessageType>
        """
    }

    private static let away = tip(
        """
        <t:OutOfOffice><t:ReplyBody><t:Message>&lt;p&gt;Back on &lt;b&gt;Monday&lt;/b&gt;.&lt;/p&gt;&lt;p&gt;Anna\
        &lt;/p&gt;</t:Message></t:ReplyBody><t:Duration><t:StartTime>2026-12-21T08:00:00</t:StartTime>\
        <t:EndTime>2027-01-04T07:00:00Z</t:EndTime></t:Duration></t:OutOfOffice>
        """
    )
    private static let here = tip("<t:OutOfOffice><t:ReplyBody><t:Message/></t:ReplyBody></t:OutOfOffice>")
    private static let failed = """
        <m:MailTipsResponseMessageType ResponseClass="Error"><m:MessageText>Nein.</m:MessageText>\
        <m:ResponseCode>ErrorNonExistentMailbox</m:ResponseCode></m:MailTipsResponseMessageType>
        """

    private static func tips(_ parts: [String], code: String = "NoError") -> ScriptedHTTP.Answer {
        let messages = parts.isEmpty ? "" : "<m:ResponseMessages>\(parts.joined())</m:ResponseMessages>"
        return .soap(
            """
            <m:GetMailTipsResponse ResponseClass="Success" \
            xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
            xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:ResponseCode>\(code)</m:ResponseCode>\
            \(messages)</m:GetMailTipsResponse>
            """
        )
    }

    /// The failure of asking about so many mailboxes; `nil` where there was none.
    private static func failure(_ answer: ScriptedHTTP.Answer, mailboxes count: Int = 1) async throws -> SourceFailure?
    {
        let connector = try connector(ScriptedHTTP(answer))
        do throws(SourceFailure) {
            _ = try await connector.readReplyHints(of: mailboxes(count))
            return nil
        } catch {
            return error
        }
    }

    private static func mailboxes(_ count: Int) -> [MailboxAddress] {
        (0..<count).compactMap { MailboxAddress("user\($0)@example.com") }
    }

    @Test("each mailbox gets what the server says of it, in the order of the request")
    func mapping() async throws {
        let grommunio = Self.tip("<t:OutOfOffice><t:OofState>Disabled</t:OofState></t:OutOfOffice>")
        let parts = [Self.away, Self.here, grommunio, Self.tip("", pending: "OutOfOfficeMessage"), Self.failed]
        let http = ScriptedHTTP(Self.tips(parts))
        let hints = try await Self.connector(http).readReplyHints(of: Self.mailboxes(5))
        let days = TimeWindow(start: time("2026-12-21T08:00:00Z"), end: time("2027-01-04T07:00:00Z"))
        // The same plain text that reading the reply gives.
        #expect(hints[0] == .active(ReplySign(text: "Back on Monday.\nAnna", duration: days)))
        #expect(hints[1] == .inactive)
        #expect(hints[2] == .untold)
        #expect(hints[3] == .pending)
        guard case .failed(let failure) = hints[4] else {
            Issue.record("\(hints[4])")
            return
        }
        #expect(failure.diagnosis.id == "mailbox.not-found")
    }

    @Test("the account asks as itself, from its own address, and acts as nobody")
    func request() async throws {
        let http = ScriptedHTTP(Self.tips([Self.here]))
        _ = try await Self.connector(http).readReplyHints(of: Self.mailboxes(1))
        let body = try #require(http.bodies.first)
        #expect(body.contains("<m:SendingAs><t:EmailAddress>service@example.com</t:EmailAddress>"))
        #expect(!body.contains("ExchangeImpersonation"))
        #expect(http.requests.first?.headers["X-AnchorMailbox"] == nil)
    }

    @Test("an account without an address cannot ask, and says what to do")
    func obstacle() throws {
        let connector = try Given.connector(ScriptedHTTP(Self.tips([])))
        let obstacle = try #require(connector.hintObstacle)
        #expect(obstacle.id == "account.no-address")
        #expect(flaws(in: obstacle) == [])
        #expect(try Self.connector(ScriptedHTTP(Self.tips([]))).hintObstacle == nil)
    }

    @Test(
        "a server that refuses many mailboxes at once is asked about half as many, from then on",
        arguments: [ScriptedHTTP.Answer.fault("ErrorInvalidRequest"), tips([], code: "ErrorInvalidArgument")]
    )
    func fewer(refusal: ScriptedHTTP.Answer) async throws {
        let halves = Self.tips(Array(repeating: Self.here, count: 50))
        let http = ScriptedHTTP(refusal, halves)
        let connector = try Self.connector(http)
        #expect(connector.hintLimit == 100)
        let hints = try await connector.readReplyHints(of: Self.mailboxes(100))
        #expect(hints == Array(repeating: .inactive, count: 100))
        #expect(connector.hintLimit == 50)
        let asked = http.bodies.map { $0.components(separatedBy: "<t:Mailbox>").count - 1 }
        #expect(asked == [100, 50, 50])
    }

    @Test("a server that refuses however few there are has no hints; that was not for their number")
    func refusedAltogether() async throws {
        let http = ScriptedHTTP(.fault("ErrorSchemaValidation"))
        let connector = try Self.connector(http)
        await #expect(throws: SourceFailure.self) { try await connector.readReplyHints(of: Self.mailboxes(100)) }
        #expect(http.requests.count == 4)
        #expect(connector.hintLimit == 100)
    }

    @Test(
        "that the server has no hints for this account is no reason to leave it alone",
        arguments: [
            (tips([], code: "ErrorMailTipsDisabled"), RetryAdvice.never), (.fault("ErrorAccessDenied"), .never),
            (.fault("ErrorSendAsDenied"), .never), (.fault("ErrorInvalidRequest"), .never),
            (.fault("ErrorInternalServerTransientError"), .later), (.bareFault("s:Client"), .later),
            (tips([here, here]), .later), (tips([]), .later),
        ] as [(ScriptedHTTP.Answer, RetryAdvice)]
    )
    func refusals(answer: ScriptedHTTP.Answer, retry: RetryAdvice) async throws {
        let failure = try #require(try await Self.failure(answer))
        #expect(failure.isOfRequest)
        #expect(failure.retry == retry)
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test("a server that is older than mail tips has none")
    func oldServer() async throws {
        let failure = try #require(try await Self.failure(.fault("ErrorInvalidServerVersion")))
        #expect(failure.isOfRequest)
        #expect(failure.retry == .never)
    }

    @Test("what concerns the server as a whole pauses the connector, as with any request")
    func busy() async throws {
        let answer = ScriptedHTTP.Answer.fault("ErrorServerBusy", values: ["BackOffMilliseconds": "2000"])
        let failure = try #require(try await Self.failure(answer, mailboxes: 100))
        #expect(!failure.isOfRequest)
        #expect(failure.retry == .after(2))
        let lost = try #require(try await Self.failure(.failure(.connectionClosed)))
        #expect(!lost.isOfRequest)
    }
}
