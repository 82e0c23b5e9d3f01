/// The subscription that was made, or why there is none
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/subscriberesponse>).
package struct SubscribeResponse: Hashable, Sendable {
    /// What to name in the requests that follow.
    package struct Subscription: Hashable, Sendable {
        package var subscriptionId: String
        /// Where the events of a pull or push subscription start. Streaming has none, nor have some servers.
        package var watermark: String?

        package init(subscriptionId: String, watermark: String? = nil) {
            self.subscriptionId = subscriptionId
            self.watermark = watermark
        }
    }

    package var responseMessage: ResponseMessage
    /// `nil` where the message tells of an error.
    package var subscription: Subscription?

    package init(responseMessage: ResponseMessage, subscription: Subscription? = nil) {
        self.responseMessage = responseMessage
        self.subscription = subscription
    }

    /// Decodes the body of an HTTP response, whatever its status.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = ParserLimits()
    ) throws(EWSDecodingError) -> EWSReply<SubscribeResponse> {
        try EnvelopeDecoder<Reader>.decode(bytes, limits: limits)
    }
}

extension SubscribeResponse {
    final class Reader: ResponseReader {
        private let message = ResponseMessage.Reader()
        private var subscriptionId: String?
        private var watermark: String?

        var pattern: ElementPattern {
            let content: [ElementPattern] = [
                .text(.messages, "SubscriptionId") { text throws(Reason) in
                    self.subscriptionId = try text.identifier()
                },
                .text(.messages, "Watermark") { text throws(Reason) in
                    self.watermark = try text.optionalIdentifier()
                },
            ]
            return message.pattern(in: "SubscribeResponse", named: "SubscribeResponseMessage", content: content)
        }

        func tolerates(_ error: EWSDecodingError) -> Bool { false }

        func value() throws(EWSDecodingError.Reason) -> SubscribeResponse {
            guard let message = message.responseMessage else { throw .missing(element: "ResponseCode") }
            guard message.responseCode == .noError else { return SubscribeResponse(responseMessage: message) }
            guard let subscriptionId else { throw .missing(element: "SubscriptionId") }
            let subscription = Subscription(subscriptionId: subscriptionId, watermark: watermark)
            return SubscribeResponse(responseMessage: message, subscription: subscription)
        }
    }
}
