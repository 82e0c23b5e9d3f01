/// What Exchange posts to the URL of a push subscription; `SendNotificationResult` is the answer
/// (<https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxwspsntif/0c222ea8-2a56-4e6b-bfb7-de8756beccd4>).
///
/// It comes from whoever knows the URL: look the subscription up before believing anything.
package struct SendNotification: Hashable, Sendable {
    package var responseMessage: ResponseMessage
    /// `nil` where the message tells of an error, such as `ErrorReadEventsFailed`: then the subscription is lost.
    package var notification: MailboxNotification?

    package init(responseMessage: ResponseMessage, notification: MailboxNotification? = nil) {
        self.responseMessage = responseMessage
        self.notification = notification
    }

    /// The subscription that it is about; an error names it in its details, if at all.
    package var subscriptionId: String? {
        notification?.subscriptionId ?? responseMessage.messageXml.values["SubscriptionId"]
    }

    /// Decodes the body of an HTTP request. A SOAP fault is none that could be sent this way, and is refused.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = .notifications
    ) throws(EWSDecodingError) -> SendNotification {
        switch try EnvelopeDecoder<Reader>.decode(bytes, limits: limits).result {
        case .success(let notification): return notification
        case .fault:
            let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
            throw EWSDecodingError(.unexpectedBody(found: "Fault"), byteOffset: bytes.count, line: lines)
        }
    }
}

extension SendNotification {
    final class Reader: ResponseReader {
        private let message = ResponseMessage.Reader()
        private let notification = MailboxNotification.Reader()

        var pattern: ElementPattern {
            message.pattern(
                in: "SendNotification",
                named: "SendNotificationResponseMessage",
                content: notification.patterns
            )
        }

        func tolerates(_ error: EWSDecodingError) -> Bool { false }

        func value() throws(EWSDecodingError.Reason) -> SendNotification {
            guard let message = message.responseMessage else { throw .missing(element: "ResponseCode") }
            guard message.responseCode == .noError else { return SendNotification(responseMessage: message) }
            guard let notification = notification.notifications.last else { throw .missing(element: "Notification") }
            return SendNotification(responseMessage: message, notification: notification)
        }
    }
}
