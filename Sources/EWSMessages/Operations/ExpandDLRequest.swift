/// Asks for the members of a distribution group; of groups within it, one has to ask again. The account itself may ask
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/expanddl-operation>).
package struct ExpandDLRequest: Hashable, Sendable {
    /// The SMTP address of the group.
    package let mailbox: String

    package init(mailbox: String) {
        self.mailbox = mailbox
    }

    /// The whole SOAP message.
    package func encoded(in context: RequestContext) -> [UInt8] {
        context.envelope { writer in
            writer.element("m:ExpandDL") { writer in
                writer.element("m:Mailbox") { $0.element("t:EmailAddress", text: mailbox) }
            }
        }
    }
}
