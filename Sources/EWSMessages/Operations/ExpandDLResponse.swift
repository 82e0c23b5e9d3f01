/// The members of a distribution group, or why they are not told
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/expanddlresponsemessage>).
package struct ExpandDLResponse: Hashable, Sendable {
    /// The members
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/dlexpansion>).
    package struct DLExpansion: Hashable, Sendable {
        /// In the order of the server. Empty for a group without members, and from some servers for one that is not there.
        package var members: [EmailAddress]
        /// Whether these are all: there is no way to ask for the rest. Taken for granted where the server does not tell.
        package var includesLastItemInRange: Bool

        package init(members: [EmailAddress], includesLastItemInRange: Bool = true) {
            self.members = members
            self.includesLastItemInRange = includesLastItemInRange
        }
    }

    /// `nameResolutionNoResults` where there is no such group or it is hidden, `nameResolutionMultipleResults` where the
    /// address does not tell which.
    package var responseMessage: ResponseMessage
    /// `nil` where the message tells of an error.
    package var expansion: DLExpansion?

    package init(responseMessage: ResponseMessage, expansion: DLExpansion? = nil) {
        self.responseMessage = responseMessage
        self.expansion = expansion
    }

    /// Decodes the body of an HTTP response, whatever its status.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = ParserLimits()
    ) throws(EWSDecodingError) -> EWSReply<ExpandDLResponse> {
        try EnvelopeDecoder<Reader>.decode(bytes, limits: limits)
    }
}

extension ExpandDLResponse {
    final class Reader: ResponseReader {
        private let message = ResponseMessage.Reader()
        private let address = EmailAddress.Reader()
        private var expansion = DLExpansion(members: [])

        var pattern: ElementPattern {
            let member = address.pattern(named: "Mailbox") { self.expansion.members.append($0) }
            let expansion = ElementPattern(
                .messages,
                "DLExpansion",
                children: [member],
                open: { attributes in
                    let isComplete = attributes["IncludesLastItemInRange"]
                    self.expansion.includesLastItemInRange = isComplete != "false" && isComplete != "0"
                }
            )
            return message.pattern(in: "ExpandDLResponse", named: "ExpandDLResponseMessage", content: [expansion])
        }

        func tolerates(_ error: EWSDecodingError) -> Bool { false }

        func value() throws(EWSDecodingError.Reason) -> ExpandDLResponse {
            guard let message = message.responseMessage else { throw .missing(element: "ResponseCode") }
            let isSuccess = message.responseCode == .noError
            return ExpandDLResponse(responseMessage: message, expansion: isSuccess ? expansion : nil)
        }
    }
}
