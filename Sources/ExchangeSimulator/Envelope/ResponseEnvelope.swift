/// The envelope around every answer.
enum ResponseEnvelope {
    /// - Parameter content: writes the body with the prefixes `m:` and `t:`.
    static func text(product: ExchangeProduct, content: (inout XMLWriter) -> Void) -> String {
        var xml = XMLWriter()
        xml.element("s:Envelope", ["xmlns:s": Namespace.soap]) { xml in
            xml.element("s:Header") { xml in
                let build = product.build
                xml.element(
                    "h:ServerVersionInfo",
                    [
                        "MajorVersion": String(build[0]), "MinorVersion": String(build[1]),
                        "MajorBuildNumber": String(build[2]), "MinorBuildNumber": String(build[3]),
                        "Version": product.schemaName, "xmlns:h": Namespace.types,
                    ]
                )
            }
            xml.element("s:Body", ["xmlns:m": Namespace.messages, "xmlns:t": Namespace.types], content: content)
        }
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>" + xml.text
    }
}

extension XMLWriter {
    /// A ResponseMessage: success, or an error with its code.
    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsemessage
    mutating func responseMessage(_ error: MailboxError? = nil) {
        element("m:ResponseMessage", ["ResponseClass": error == nil ? "Success" : "Error"]) { xml in
            if let error { xml.element("m:MessageText", [:], error.message) }
            xml.element("m:ResponseCode", [:], error?.code ?? "NoError")
            if error != nil { xml.element("m:DescriptiveLinkKey", [:], "0") }
        }
    }
}

/// What failed for one mailbox, inside an answer that succeeded as a whole.
struct MailboxError: Error {
    /// A value of ResponseCodeType.
    var code: String
    var message: String

    static func notFound(_ address: String) -> MailboxError {
        MailboxError(
            code: "ErrorMailRecipientNotFound",
            message: "Unable to resolve e-mail address \(address) to an Active Directory object."
        )
    }
}
