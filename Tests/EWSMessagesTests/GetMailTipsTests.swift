import TestSupport
import Testing

@testable import EWSMessages

@Suite("GetMailTips")
struct GetMailTipsTests {
    private static func response(_ bytes: [UInt8]) throws -> GetMailTipsResponse? {
        guard case .success(let response) = try GetMailTipsResponse.decode(bytes).result else { return nil }
        return response
    }

    @Test("the request names the sender, each recipient and the one tip that is wanted, as the reference page shows it")
    func request() throws {
        let request = try GetMailTipsRequest(
            sendingAs: "service@example.com",
            recipients: ["anna@example.com", "o'neil&co@example.com"]
        )
        let expected = """
            <s:Header><t:RequestServerVersion Version="Exchange2010"></t:RequestServerVersion></s:Header><s:Body>\
            <m:GetMailTips><m:SendingAs><t:EmailAddress>service@example.com</t:EmailAddress>\
            <t:RoutingType>SMTP</t:RoutingType></m:SendingAs><m:Recipients>\
            <t:Mailbox><t:EmailAddress>anna@example.com</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType></t:Mailbox>\
            <t:Mailbox><t:EmailAddress>o'neil&amp;co@example.com</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType>\
            </t:Mailbox></m:Recipients><m:MailTipsRequested>OutOfOfficeMessage</m:MailTipsRequested></m:GetMailTips>\
            </s:Body></s:Envelope>
            """
        let text = String(decoding: request.encoded(in: RequestContext(version: .exchange2010)), as: UTF8.self)
        #expect(text.hasSuffix(expected))
    }

    @Test(
        "a request is for 1 to 100 recipients",
        arguments: [
            (0, GetMailTipsRequest.Mistake?.some(.recipientCount(0))), (1, nil), (100, nil),
            (101, .recipientCount(101)),
        ]
    )
    func mistakes(count: Int, expected: GetMailTipsRequest.Mistake?) {
        do {
            let recipients = Array(repeating: "anna@example.com", count: count)
            _ = try GetMailTipsRequest(sendingAs: "service@example.com", recipients: recipients)
            #expect(expected == nil)
        } catch {
            #expect(error == expected)
        }
    }

    @Test(
        "an automatic reply is what the tip says of it",
        arguments: [
            (
                Documents.mailTips(Documents.awayTip),
                MailTips.AutomaticReply.active(replyBody: "<p>Away &amp; back</p>", duration: holidays)
            ),
            (
                Documents.mailTips("<t:ReplyBody><t:Message>x</t:Message></t:ReplyBody>"),
                .active(replyBody: "x", duration: nil)
            ),
            (Documents.mailTips("<t:ReplyBody xml:lang='de'><t:Message/></t:ReplyBody>"), .inactive),
            (Documents.mailTips("<t:ReplyBody><t:Message>\r\n </t:Message></t:ReplyBody>"), .inactive),
            (Documents.mailTips("<t:ReplyBody/>"), .inactive),
            (Documents.mailTips(Documents.awayTip, pending: "MailboxFullStatus OutOfOfficeMessage"), .pending),
            (Documents.mailTips(nil, pending: "All"), .pending),
            (Documents.mailTips(nil, pending: "MailboxFullStatus"), .untold),
            (Documents.mailTips(nil), .untold),
            (Documents.mailTips("<t:OofState>Disabled</t:OofState><t:OofReply><t:Message/></t:OofReply>"), .untold),
            (Documents.mailTips("<t:OofReply><t:Message>not of the schema</t:Message></t:OofReply>"), .untold),
        ]
    )
    func automaticReply(part: String, expected: MailTips.AutomaticReply) throws {
        let response = try #require(try Self.response(Documents.mailTipsAnswer([part])))
        #expect(response.responseMessage == ResponseMessage(.noError))
        guard case .success(let tips)? = response.mailTipsResponses.first else {
            Issue.record("\(response)")
            return
        }
        #expect(tips.recipientAddress.emailAddress == "anna@example.com")
        #expect(tips.automaticReply == expected)
    }

    private static let holidays = Duration(
        startTime: time("2026-12-21T08:00:00Z"),
        endTime: time("2027-01-04T07:00:00Z")
    )

    @Test("a recipient that fails is one of many, and none takes over what another was told")
    func parts() throws {
        let unreadable = "<t:ReplyBody/><t:Duration><t:StartTime>soon</t:StartTime></t:Duration>"
        let bytes = Documents.mailTipsAnswer([
            Documents.mailTips(Documents.awayTip), Documents.failedMailTips("ErrorNonExistentMailbox", text: "Keine."),
            Documents.mailTips(unreadable), Documents.mailTips("<t:ReplyBody/>"), Documents.mailTips(nil, address: nil),
        ])
        let parts = try #require(try Self.response(bytes)?.mailTipsResponses)
        #expect(parts.count == 5)
        #expect(parts[1] == .failure(ResponseMessage(.nonExistentMailbox, messageText: "Keine.")))
        guard case .unreadable(let error) = parts[2], case .unreadable(let missing) = parts[4] else {
            Issue.record("\(parts)")
            return
        }
        #expect(error.reason == .invalidValue(element: "StartTime", text: "soon"))
        #expect(missing.reason == .missing(element: "RecipientAddress"))
        let quiet = MailTips(
            recipientAddress: EmailAddress(emailAddress: "anna@example.com", routingType: "SMTP"),
            outOfOffice: MailTips.OutOfOfficeMailTip(replyBody: "")
        )
        #expect(parts[3] == .success(quiet))
    }

    @Test("where mail tips are switched off, there is one error and no part")
    func disabled() throws {
        let response = try Self.response(Documents.mailTipsAnswer(nil, code: "ErrorMailTipsDisabled"))
        #expect(response == GetMailTipsResponse(responseMessage: ResponseMessage(.mailTipsDisabled)))
    }
}

extension Documents {
    private static let mailTipsNamespaces = """
        xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"
        """

    /// The answer to GetMailTips around the parts of the recipients; `nil` for no parts.
    static func mailTipsAnswer(_ parts: [String]?, code: String = "NoError") -> [UInt8] {
        let messages = parts.map { "<m:ResponseMessages>\($0.joined())</m:ResponseMessages>" } ?? ""
        return envelope(
            """
            <m:GetMailTipsResponse \(mailTipsNamespaces) ResponseClass="\(code == "NoError" ? "Success" : "Error")">\
            <m:ResponseCode>\(code)</m:ResponseCode>\(messages)</m:GetMailTipsResponse>
            """
        )
    }

    /// The part of a recipient, around what `OutOfOffice` holds.
    static func mailTips(
        _ outOfOffice: String?,
        pending: String = "",
        address: String? = "anna@example.com"
    ) -> String {
        let recipient = address.map { address in
            """
            <t:RecipientAddress><t:Name/><t:EmailAddress>\(address)</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType>\
            </t:RecipientAddress>
            """
        }
        let tip = outOfOffice.map { "<t:OutOfOffice>\($0)</t:OutOfOffice>" }
        return """
            <m:MailTipsResponseMessageType ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:MailTips>\
            \(recipient ?? "")<t:PendingMailTips>\(pending)</t:PendingMailTips>\(tip ?? "")</m:MailTips>\
            </m:MailTipsResponseMessageType>
            """
    }

    /// The part of a recipient of whom nothing is told.
    static func failedMailTips(_ code: String, text: String) -> String {
        """
        <m:MailTipsResponseMessageType ResponseClass="Error"><m:MessageText>\(text)</m:MessageText>\
        <m:ResponseCode>\(code)</m:ResponseCode></m:MailTipsResponseMessageType>
        """
    }

    static let awayTip = """
        <t:ReplyBody xml:lang="en-US"><t:Message>&lt;p&gt;Away &amp;amp; back&lt;/p&gt;</t:Message></t:ReplyBody>\
        <t:Duration><t:StartTime>2026-12-21T08:00:00Z</t:StartTime><t:EndTime>2027-01-04T07:00:00</t:EndTime></t:Duration>
        """
}
