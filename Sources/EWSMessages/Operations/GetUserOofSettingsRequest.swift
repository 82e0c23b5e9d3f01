/// Asks for the automatic reply of one mailbox
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getuseroofsettingsrequest>).
///
/// Only a mailbox itself is told, so the request has to impersonate it.
package struct GetUserOofSettingsRequest: Hashable, Sendable {
    /// An SMTP address.
    package let mailbox: String

    package init(mailbox: String) {
        self.mailbox = mailbox
    }

    /// The whole SOAP message.
    package func encoded(in context: RequestContext) -> [UInt8] {
        context.envelope { writer in
            writer.element("m:GetUserOofSettingsRequest") { writer in
                writer.element("t:Mailbox") { $0.element("t:Address", text: mailbox) }
            }
        }
    }
}
