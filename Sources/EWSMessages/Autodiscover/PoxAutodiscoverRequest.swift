/// Asks POX Autodiscover (`autodiscover.xml`, Exchange 2007 and later) for what Outlook would want to know of an account
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pox-autodiscover-request-for-exchange>).
package struct PoxAutodiscoverRequest: Hashable, Sendable {
    /// The SMTP address of the account.
    package let emailAddress: String

    package init(emailAddress: String) {
        self.emailAddress = emailAddress
    }

    /// The whole document.
    package func encoded() -> [UInt8] {
        var writer = XMLWriter()
        let schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"
        writer.element("Autodiscover", attributes: [("xmlns", schema)]) { writer in
            writer.element("Request") { writer in
                writer.element("EMailAddress", text: emailAddress)
                writer.element("AcceptableResponseSchema", text: XMLNamespace.poxOutlook.rawValue)
            }
        }
        return writer.bytes
    }
}
