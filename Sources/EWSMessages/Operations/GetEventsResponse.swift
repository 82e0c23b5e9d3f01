/// The events of a pull subscription
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/geteventsresponse>).
package struct GetEventsResponse: Hashable, Sendable {
    package var responseMessage: ResponseMessage
    /// Holds at least a status event. `nil` where the message tells of an error.
    package var notification: MailboxNotification?

    package init(responseMessage: ResponseMessage, notification: MailboxNotification? = nil) {
        self.responseMessage = responseMessage
        self.notification = notification
    }

    /// Decodes the body of an HTTP response, whatever its status.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = .notifications
    ) throws(EWSDecodingError) -> EWSReply<GetEventsResponse> {
        try EnvelopeDecoder<Reader>.decode(bytes, limits: limits)
    }
}

extension GetEventsResponse {
    final class Reader: ResponseReader {
        private let message = ResponseMessage.Reader()
        private let notification = MailboxNotification.Reader()

        var pattern: ElementPattern {
            message.pattern(
                in: "GetEventsResponse",
                named: "GetEventsResponseMessage",
                content: notification.patterns
            )
        }

        func tolerates(_ error: EWSDecodingError) -> Bool { false }

        func value() throws(EWSDecodingError.Reason) -> GetEventsResponse {
            guard let message = message.responseMessage else { throw .missing(element: "ResponseCode") }
            guard message.responseCode == .noError else { return GetEventsResponse(responseMessage: message) }
            guard let notification = notification.notifications.last else { throw .missing(element: "Notification") }
            return GetEventsResponse(responseMessage: message, notification: notification)
        }
    }
}
