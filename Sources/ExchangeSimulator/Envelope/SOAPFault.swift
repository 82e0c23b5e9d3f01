/// What Exchange answers, with HTTP status 500, when a request as a whole fails.
/// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/handling-soap-faults
struct SOAPFault: Error {
    /// A value of ResponseCodeType, such as `ErrorServerBusy`.
    var code: String
    var message: String
    /// For ErrorServerBusy: how long to stay away.
    var backOffMilliseconds: Int?

    /// RequestServerVersion names a schema the product does not know.
    static let invalidServerVersion = SOAPFault(
        code: "ErrorInvalidServerVersion",
        message: "The specified server version is invalid."
    )

    /// The request is not what the schema allows.
    static func schemaValidation(_ message: String) -> SOAPFault {
        SOAPFault(code: "ErrorSchemaValidation", message: "The request failed schema validation: \(message)")
    }

    /// More concurrent requests than the account's policy allows.
    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
    static let tooManyRequests = SOAPFault(
        code: "ErrorExceededConnectionCount",
        message: "You have exceeded the available concurrent connections for your account."
    )

    /// Throttled: come back after so many milliseconds.
    static func busy(milliseconds: Int) -> SOAPFault {
        SOAPFault(
            code: "ErrorServerBusy",
            message: "The server cannot service this request right now. Try again later.",
            backOffMilliseconds: milliseconds
        )
    }

    /// With `xml:lang` on faultstring, which SOAP 1.1 does not know and Exchange writes.
    func write(to xml: inout XMLWriter) {
        xml.element("s:Fault") { xml in
            xml.element("faultcode", ["xmlns:a": Namespace.types], "a:\(code)")
            xml.element("faultstring", ["xml:lang": "en-US"], message)
            xml.element("detail") { xml in
                xml.element("e:ResponseCode", ["xmlns:e": Namespace.errors], code)
                xml.element("e:Message", ["xmlns:e": Namespace.errors], message)
                if let backOffMilliseconds {
                    xml.element("t:MessageXml", ["xmlns:t": Namespace.types]) { xml in
                        xml.element("t:Value", ["Name": "BackOffMilliseconds"], String(backOffMilliseconds))
                    }
                }
            }
        }
    }
}
