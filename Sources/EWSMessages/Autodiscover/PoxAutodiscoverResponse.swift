/// What POX Autodiscover tells of an account
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pox-autodiscover-response-for-exchange>).
package enum PoxAutodiscoverResponse: Hashable, Sendable {
    /// Where EWS is: first for who is outside the corporate network (`EXPR`), then inside (`EXCH`). May be empty.
    case ewsURLs([String])
    /// Ask for another address.
    case redirectAddress(String)
    /// Ask another server.
    case redirectURL(String)
    /// The server does not tell: 500 for an address that it does not know, 600 for a request that it does not understand
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/errorcode-pox>).
    case error(code: String)

    /// Decodes the body of an HTTP response.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = ParserLimits()
    ) throws(EWSDecodingError) -> PoxAutodiscoverResponse {
        let parser = XMLDocumentParser(limits: limits)
        let reader = Reader()
        let matcher = PatternMatcher(
            reader.pattern,
            parser: parser,
            textLimit: limits.textBytes,
            tolerates: { _ in false }
        )
        parser.events = matcher
        try parser.feed(bytes[...])
        try parser.finish()
        do {
            return try reader.value()
        } catch {
            throw parser.located(error)
        }
    }
}

extension PoxAutodiscoverResponse {
    /// Builds the answer.
    private final class Reader {
        typealias Reason = EWSDecodingError.Reason

        private var action: String?
        private var redirectAddress: String?
        private var redirectURL: String?
        private var errorCode: String?
        /// By the type of protocol.
        private var urls: [String: String] = [:]
        private var type = ""
        private var ewsURL: String?
        private var availabilityURL: String?

        /// An answer stands in the schema that was asked for; an error may stand in the frame's.
        var pattern: ElementPattern {
            let answer = ElementPattern(.poxOutlook, "Response", children: [account, error(.poxOutlook)])
            let refusal = ElementPattern(.poxFrame, "Response", children: [error(.poxFrame)])
            return ElementPattern(.poxFrame, "Autodiscover", children: [answer, refusal])
        }

        private func error(_ namespace: XMLNamespace) -> ElementPattern {
            let code = ElementPattern.text(namespace, "ErrorCode") { self.errorCode = String($0.trimmed.prefix(20)) }
            return ElementPattern(namespace, "Error", children: [code], open: { _ in self.errorCode = "" })
        }

        private var account: ElementPattern {
            let action = ElementPattern.text(.poxOutlook, "Action") { self.action = $0.trimmed }
            let address = ElementPattern.text(.poxOutlook, "RedirectAddr") { text throws(Reason) in
                self.redirectAddress = try text.optionalIdentifier()
            }
            let url = ElementPattern.text(.poxOutlook, "RedirectUrl") { text throws(Reason) in
                self.redirectURL = try text.optionalIdentifier()
            }
            return ElementPattern(.poxOutlook, "Account", children: [action, address, url, protocolPattern])
        }

        /// Exchange 2007 names the service for availability alone, which is EWS
        /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/asurl-pox>).
        private var protocolPattern: ElementPattern {
            let type = ElementPattern.text(.poxOutlook, "Type") { self.type = $0.trimmed }
            let ews = ElementPattern.text(.poxOutlook, "EwsUrl") { text throws(Reason) in
                self.ewsURL = try text.optionalIdentifier()
            }
            let availability = ElementPattern.text(.poxOutlook, "ASUrl") { text throws(Reason) in
                self.availabilityURL = try text.optionalIdentifier()
            }
            return ElementPattern(
                .poxOutlook,
                "Protocol",
                children: [type, ews, availability],
                open: { _ in (self.type, self.ewsURL, self.availabilityURL) = ("", nil, nil) },
                close: { self.urls[self.type] = self.urls[self.type] ?? self.ewsURL ?? self.availabilityURL }
            )
        }

        func value() throws(Reason) -> PoxAutodiscoverResponse {
            if let errorCode { return .error(code: errorCode) }
            switch action {
            case "redirectAddr":
                guard let redirectAddress else { throw .missing(element: "RedirectAddr") }
                return .redirectAddress(redirectAddress)
            case "redirectUrl":
                guard let redirectURL else { throw .missing(element: "RedirectUrl") }
                return .redirectURL(redirectURL)
            case "settings": return .ewsURLs(["EXPR", "EXCH"].compactMap { urls[$0] })
            case let other?: throw .invalidValue(element: "Action", text: String(other.prefix(40)))
            case nil: throw .missing(element: "Action")
            }
        }
    }
}
