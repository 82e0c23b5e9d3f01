/// Asks to be told when a calendar changes
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/subscribe-operation>).
///
/// One mailbox a request: servers refuse more with `ErrorInvalidSubscriptionRequest`.
package struct SubscribeRequest: Hashable, Sendable {
    /// How the events come.
    package enum Subscription: Hashable, Sendable {
        /// Over a connection that is kept open, see `GetStreamingEventsRequest`. Since Exchange 2010 SP1
        /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/streamingsubscriptionrequest>).
        case streaming
        /// When they are asked for, see `GetEventsRequest`. The subscription ends when nobody asks for `timeoutInMinutes`,
        /// 1 to 1,440; with a watermark it starts from there, else from now
        /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pullsubscriptionrequest>).
        case pull(timeoutInMinutes: Int, watermark: String? = nil)
        /// Posted by the server to `url`, see `SendNotification`, at least every `statusFrequencyInMinutes`, 1 to 1,440.
        /// `callerData` tells the server something of the caller; only since Exchange 2013
        /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pushsubscriptionrequest>).
        case push(statusFrequencyInMinutes: Int, url: String, callerData: String? = nil)
    }

    /// Why a request cannot be made.
    package enum Mistake: Error, Hashable {
        /// There must be at least one type of event.
        case noEventTypes
        /// The timeout of a pull subscription must be 1 to 1,440 minutes.
        case timeout(Int)
        /// The status frequency of a push subscription must be 1 to 1,440 minutes.
        case statusFrequency(Int)
        /// The URL of a push subscription must be one of http or https.
        case url(String)
    }

    /// The SMTP address of the mailbox whose calendar it is; `nil` for that of the account, or of who is impersonated.
    package let mailbox: String?
    package let eventTypes: [NotificationEventType]
    package let subscription: Subscription

    package init(
        _ subscription: Subscription,
        calendarOf mailbox: String? = nil,
        eventTypes: [NotificationEventType] = NotificationEventType.ofCalendars
    ) throws(Mistake) {
        guard !eventTypes.isEmpty else { throw .noEventTypes }
        switch subscription {
        case .streaming: break
        case .pull(let timeout, _):
            guard 1...1_440 ~= timeout else { throw .timeout(timeout) }
        case .push(let statusFrequency, let url, _):
            guard 1...1_440 ~= statusFrequency else { throw .statusFrequency(statusFrequency) }
            guard ["https://", "http://"].contains(where: url.hasPrefix) else { throw .url(url) }
        }
        self.mailbox = mailbox
        self.eventTypes = eventTypes
        self.subscription = subscription
    }

    /// The whole SOAP message.
    package func encoded(in context: RequestContext) -> [UInt8] {
        context.envelope { writer in
            writer.element("m:Subscribe", content: writeSubscription)
        }
    }

    private func writeSubscription(_ writer: inout XMLWriter) {
        switch subscription {
        case .streaming:
            writer.element("m:StreamingSubscriptionRequest", content: writeFolderAndEvents)
        case .pull(let timeout, let watermark):
            writer.element("m:PullSubscriptionRequest") { writer in
                writeFolderAndEvents(&writer)
                if let watermark { writer.element("t:Watermark", text: watermark) }
                writer.element("t:Timeout", text: String(timeout))
            }
        case .push(let statusFrequency, let url, let callerData):
            writer.element("m:PushSubscriptionRequest") { writer in
                writeFolderAndEvents(&writer)
                writer.element("t:StatusFrequency", text: String(statusFrequency))
                writer.element("t:URL", text: url)
                if let callerData { writer.element("t:CallerData", text: callerData) }
            }
        }
    }

    private func writeFolderAndEvents(_ writer: inout XMLWriter) {
        writer.element("t:FolderIds") { writer in
            writer.element("t:DistinguishedFolderId", attributes: [("Id", "calendar")]) { writer in
                if let mailbox {
                    writer.element("t:Mailbox") { $0.element("t:EmailAddress", text: mailbox) }
                }
            }
        }
        writer.element("t:EventTypes") { writer in
            for type in eventTypes { writer.element("t:EventType", text: type.rawValue) }
        }
    }
}
