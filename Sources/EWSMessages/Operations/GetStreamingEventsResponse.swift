/// One of the many envelopes that come over a connection of GetStreamingEvents; `StreamingEventsReader` reads them
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getstreamingeventsresponsemessage>).
package struct GetStreamingEventsResponse: Hashable, Sendable {
    /// Whether there is more to come
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/connectionstatus>).
    package enum ConnectionStatus: String, CaseIterable, Hashable, Sendable {
        case ok = "OK"
        /// Nothing more comes. Do not wait for the end of the connection: some servers keep it open for long.
        case closed = "Closed"
    }

    /// Tells of an error as soon as one subscription is in error; the others go on, and an error may come with events.
    package var responseMessage: ResponseMessage
    /// One for each subscription that there is something to tell of.
    package var notifications: [MailboxNotification]
    /// The subscriptions that the error concerns: they are lost.
    package var errorSubscriptionIds: [String]
    /// Exchange tells it only at the beginning and the end of the connection.
    package var connectionStatus: ConnectionStatus?

    package init(
        responseMessage: ResponseMessage,
        notifications: [MailboxNotification] = [],
        errorSubscriptionIds: [String] = [],
        connectionStatus: ConnectionStatus? = nil
    ) {
        self.responseMessage = responseMessage
        self.notifications = notifications
        self.errorSubscriptionIds = errorSubscriptionIds
        self.connectionStatus = connectionStatus
    }
}

extension GetStreamingEventsResponse {
    final class Reader: ResponseReader {
        private let message = ResponseMessage.Reader()
        private let notifications = MailboxNotification.Reader()
        private var errorSubscriptionIds: [String] = []
        private var connectionStatus: ConnectionStatus?

        var pattern: ElementPattern {
            let content: [ElementPattern] = [
                ElementPattern(.messages, "Notifications", children: notifications.patterns),
                ElementPattern(.messages, "ErrorSubscriptionIds", children: errorSubscriptionId),
                .text(.messages, "ConnectionStatus") { text throws(Reason) in
                    self.connectionStatus = try text.value(ConnectionStatus.self)
                },
            ]
            return message.pattern(
                in: "GetStreamingEventsResponse",
                named: "GetStreamingEventsResponseMessage",
                content: content
            )
        }

        /// The schema says types, Exchange messages, and grommunio forgets the namespace.
        private var errorSubscriptionId: [ElementPattern] {
            [XMLNamespace.types, .messages, .none].map { namespace in
                .text(namespace, "SubscriptionId") { text throws(Reason) in
                    self.errorSubscriptionIds.append(try text.identifier())
                }
            }
        }

        func tolerates(_ error: EWSDecodingError) -> Bool { false }

        func value() throws(EWSDecodingError.Reason) -> GetStreamingEventsResponse {
            guard let message = message.responseMessage else { throw .missing(element: "ResponseCode") }
            return GetStreamingEventsResponse(
                responseMessage: message,
                notifications: notifications.notifications,
                errorSubscriptionIds: errorSubscriptionIds,
                connectionStatus: connectionStatus
            )
        }
    }
}
