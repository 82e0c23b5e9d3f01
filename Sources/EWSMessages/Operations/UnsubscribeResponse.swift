/// Whether a subscription was ended
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/unsubscriberesponse>).
package struct UnsubscribeResponse: Hashable, Sendable {
    package var responseMessage: ResponseMessage

    package init(responseMessage: ResponseMessage) {
        self.responseMessage = responseMessage
    }

    /// Decodes the body of an HTTP response, whatever its status.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = ParserLimits()
    ) throws(EWSDecodingError) -> EWSReply<UnsubscribeResponse> {
        try EnvelopeDecoder<Reader>.decode(bytes, limits: limits)
    }
}

extension UnsubscribeResponse {
    final class Reader: ResponseReader {
        private let message = ResponseMessage.Reader()

        var pattern: ElementPattern {
            message.pattern(in: "UnsubscribeResponse", named: "UnsubscribeResponseMessage")
        }

        func tolerates(_ error: EWSDecodingError) -> Bool { false }

        func value() throws(EWSDecodingError.Reason) -> UnsubscribeResponse {
            guard let message = message.responseMessage else { throw .missing(element: "ResponseCode") }
            return UnsubscribeResponse(responseMessage: message)
        }
    }
}
