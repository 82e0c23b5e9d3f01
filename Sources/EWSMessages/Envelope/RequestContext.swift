/// What the header of a request says: the version it is written in, and in whose name it is made.
package struct RequestContext: Hashable, Sendable {
    package var version: ExchangeVersion
    /// The primary SMTP address of the mailbox whose rights the request uses; `nil` for the account that logs in
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/exchangeimpersonation>).
    package var impersonation: String?

    package init(version: ExchangeVersion, impersonation: String? = nil) {
        self.version = version
        self.impersonation = impersonation
    }

    /// The bytes of an envelope whose body `writeBody` writes.
    func envelope(_ writeBody: (inout XMLWriter) -> Void) -> [UInt8] {
        XMLWriter.envelope { writer in
            writer.element("s:Header") { writer in
                writer.element("t:RequestServerVersion", attributes: [("Version", version.rawValue)]) { _ in }
                if let impersonation {
                    writer.element("t:ExchangeImpersonation") { writer in
                        writer.element("t:ConnectingSID") { writer in
                            writer.element("t:PrimarySmtpAddress", text: impersonation)
                        }
                    }
                }
            }
            writer.element("s:Body", content: writeBody)
        }
    }
}
