/// The server refused a whole request. Comes with HTTP status 500, from some servers with 200
/// (<https://www.w3.org/TR/2000/NOTE-SOAP-20000508/#_Toc478383507>; what Exchange puts into `detail`:
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsecode>).
package struct SOAPFault: Hashable, Sendable {
    /// As sent, without white space around it: `a:ErrorServerBusy`, `soap:Client`, or a bare `ErrorServerBusy`.
    package var faultCode: String
    /// In the language of the server; for a person, never to decide on. At most 1,000 characters.
    package var faultString: String
    /// From `detail`, or from the fault code where that is an EWS code. `nil` where the server names none.
    package var responseCode: ResponseCode?
    /// From `detail`; empty where there is none.
    package var messageXml: MessageXml

    package init(
        faultCode: String,
        faultString: String,
        responseCode: ResponseCode? = nil,
        messageXml: MessageXml = MessageXml()
    ) {
        self.faultCode = faultCode
        self.faultString = faultString
        self.responseCode = responseCode
        self.messageXml = messageXml
    }
}

extension SOAPFault {
    /// Builds the fault. Nothing in it is obligatory: a fault that is told badly is still a fault.
    final class Reader {
        private var isOpened = false
        private var faultCode = ""
        private var faultString = ""
        private var responseCode: ResponseCode?
        private let details = MessageXml.Reader()

        var pattern: ElementPattern {
            let faultCode = ElementPattern.text(.none, "faultcode") { text in
                self.faultCode = String(text.trimmed.prefix(256))
            }
            let faultString = ElementPattern.text(.none, "faultstring") { text in
                self.faultString = String(text.trimmed.prefix(1_000))
            }
            let responseCode = ElementPattern.text(.errors, "ResponseCode") { text in
                self.responseCode = ResponseCode(rawValue: String(text.trimmed.prefix(256)))
            }
            let detail = ElementPattern(.none, "detail", children: [responseCode, details.pattern(.types)])
            return ElementPattern(
                .soap,
                "Fault",
                children: [faultCode, faultString, detail],
                open: { _ in self.isOpened = true }
            )
        }

        /// `nil` where there was none.
        var fault: SOAPFault? {
            guard isOpened else { return nil }
            return SOAPFault(
                faultCode: faultCode,
                faultString: faultString,
                responseCode: responseCode ?? codeInFaultCode,
                messageXml: details.messageXml
            )
        }

        /// The EWS code that some servers put where SOAP wants one of its own four.
        private var codeInFaultCode: ResponseCode? {
            let local = faultCode.split(separator: ":").last ?? ""
            return local.hasPrefix("Error") ? ResponseCode(rawValue: String(local)) : nil
        }
    }
}
