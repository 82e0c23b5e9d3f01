/// Asks for the automatic replies of up to a hundred mailboxes, as anybody is told who is about to write to them; no
/// mailbox has to be impersonated. Since Exchange 2010
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getmailtips-operation>).
package struct GetMailTipsRequest: Hashable, Sendable {
    /// The most recipients that one request may ask for. A server may allow fewer
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/maxrecipientspergetmailtipsrequest>).
    package static let recipientLimit = 100

    /// The name of the only tip that is asked for
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/mailtipsrequested>).
    static let outOfOfficeMessage = "OutOfOfficeMessage"

    /// Why a request cannot be made.
    package enum Mistake: Error, Hashable {
        /// There must be 1 to 100 recipients.
        case recipientCount(Int)
    }

    /// The SMTP address of the account that asks, as the sender: it decides whether the reply is the one for colleagues
    /// or for strangers.
    package let sendingAs: String
    /// SMTP addresses. The answers come in this order.
    package let recipients: [String]

    package init(sendingAs: String, recipients: [String]) throws(Mistake) {
        guard 1...Self.recipientLimit ~= recipients.count else { throw .recipientCount(recipients.count) }
        self.sendingAs = sendingAs
        self.recipients = recipients
    }

    /// The whole SOAP message.
    package func encoded(in context: RequestContext) -> [UInt8] {
        context.envelope { writer in
            writer.element("m:GetMailTips") { writer in
                writer.element("m:SendingAs") { Self.write(sendingAs, &$0) }
                writer.element("m:Recipients") { writer in
                    for recipient in recipients { writer.element("t:Mailbox") { Self.write(recipient, &$0) } }
                }
                writer.element("m:MailTipsRequested", text: Self.outOfOfficeMessage)
            }
        }
    }

    private static func write(_ address: String, _ writer: inout XMLWriter) {
        writer.element("t:EmailAddress", text: address)
        writer.element("t:RoutingType", text: "SMTP")
    }
}
