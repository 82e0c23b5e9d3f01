import Foundation
import Testing

@testable import ExchangeSimulator

@Suite("Mail tips tell of the reply that is sent at the moment")
struct MailTipsTests {
    private static let noon = instant("2026-11-23T12:00:00Z")

    private static func reply(_ state: AutomaticReply.State, _ start: String, _ end: String) -> AutomaticReply {
        var reply = AutomaticReply(state: state, start: instant(start), end: instant(end))
        reply.internalMessage = "<p>Away &amp; back</p>"
        return reply
    }

    @Test(
        "a scheduled reply is sent from its start on, and no more at its end",
        arguments: [
            (AutomaticReply.State.disabled, "2026-11-23T11:00:00Z", "2026-11-23T13:00:00Z", false),
            (.enabled, "2026-11-23T13:00:00Z", "2026-11-23T14:00:00Z", true),
            (.scheduled, "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z", true),
            (.scheduled, "2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z", false),
            (.scheduled, "2026-11-23T12:00:01Z", "2026-11-23T13:00:00Z", false),
        ]
    )
    func sent(state: AutomaticReply.State, start: String, end: String, isSent: Bool) {
        #expect(Self.reply(state, start, end).isSent(at: Self.noon) == isSent)
    }

    /// The answer about one mailbox that is away, and one that there is not.
    private static func answer(_ change: (inout MailTipsConduct.State) -> Void) async throws -> String {
        let mailboxes = Mailboxes(now: { noon })
        var anna = Mailbox(address: "anna@example.com", source: "", calendar: nil, now: noon)
        anna.automaticReply = reply(.scheduled, "2026-11-23T11:00:00Z", "2026-11-23T13:00:00Z")
        await mailboxes.add([anna])
        let conduct = MailTipsConduct()
        conduct.change(change)
        let text = """
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
            xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
            xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body><m:GetMailTips><m:SendingAs>\
            <t:EmailAddress>service@example.com</t:EmailAddress></m:SendingAs><m:Recipients><t:Mailbox>\
            <t:EmailAddress>Anna@example.com</t:EmailAddress></t:Mailbox><t:Mailbox>\
            <t:EmailAddress>nobody@example.com</t:EmailAddress></t:Mailbox></m:Recipients>\
            <m:MailTipsRequested>OutOfOfficeMessage</m:MailTipsRequested></m:GetMailTips></s:Body></s:Envelope>
            """
        let request = try ExchangeRequest(Array(text.utf8), caller: "service@example.com", product: .exchange2019)
        guard case .document(let xml) = try await GetMailTips(mailboxes: mailboxes, conduct: conduct).answer(request)
        else { return "" }
        return xml.text
    }

    @Test(
        "each manner says of the same mailbox what it is for",
        arguments: [
            (MailTipsConduct.Manner.truthful, "Away &amp;amp; back", true), (.neverAway, "Away", false),
            (.withoutBody, "<t:OofState>Disabled</t:OofState>", true), (.withoutBody, "ReplyBody", false),
            (.pending, "<t:PendingMailTips>OutOfOfficeMessage</t:PendingMailTips>", true),
            (.pending, "OutOfOffice>", false),
            (.disabled, "ErrorMailTipsDisabled", true), (.truthful, "ErrorMailRecipientNotFound", true),
        ] as [(MailTipsConduct.Manner, String, Bool)]
    )
    func manners(manner: MailTipsConduct.Manner, words: String, isSaid: Bool) async throws {
        let text = try await Self.answer { $0.manner = manner }
        #expect(text.contains(words) == isSaid)
    }

    @Test("too many recipients are a fault")
    func tooMany() async throws {
        await #expect(throws: SOAPFault.self) { try await Self.answer { $0.recipients = 1 } }
        #expect(try await !Self.answer { $0.recipients = 2 }.isEmpty)
    }
}
