/// The envelope around every answer.
enum ResponseEnvelope {
    /// - Parameters:
    ///   - isDeclared: whether an XML declaration stands in front.
    ///   - content: writes the body with the prefixes `m:` and `t:`.
    static func text(
        product: ExchangeProduct,
        isDeclared: Bool = true,
        content: (inout XMLWriter) -> Void
    ) -> String {
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
        return (isDeclared ? "<?xml version=\"1.0\" encoding=\"utf-8\"?>" : "") + xml.text
    }
}

extension XMLWriter {
    /// A ResponseMessage: success, or an error with its code.
    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsemessage
    /// - Parameters:
    ///   - name: the element, which has another name where a response holds several.
    ///   - content: writes what follows the code, whether it succeeded or not.
    mutating func responseMessage(
        _ error: MailboxError? = nil,
        as name: String = "m:ResponseMessage",
        content: (inout XMLWriter) -> Void = { _ in }
    ) {
        element(name, ["ResponseClass": error == nil ? "Success" : "Error"]) { xml in
            if let error { xml.element("m:MessageText", [:], error.message) }
            xml.element("m:ResponseCode", [:], error?.code ?? "NoError")
            if error != nil { xml.element("m:DescriptiveLinkKey", [:], "0") }
            content(&xml)
        }
    }

    /// The response of an operation that wraps its one message into ResponseMessages, as most do.
    mutating func responseMessage(
        of operation: String,
        _ error: MailboxError? = nil,
        content: (inout XMLWriter) -> Void = { _ in }
    ) {
        element("m:\(operation)Response") { xml in
            xml.element("m:ResponseMessages") { xml in
                xml.responseMessage(error, as: "m:\(operation)ResponseMessage", content: content)
            }
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
