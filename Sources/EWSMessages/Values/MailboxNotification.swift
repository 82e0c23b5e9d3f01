/// What a server tells of one subscription
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/notification-ex15websvcsotherref>).
///
/// Which item has changed is not kept: servers are too different in what they tell. Whatever the event, it says that the
/// mailbox may have changed, and its calendar has to be read again.
package struct MailboxNotification: Hashable, Sendable {
    /// One thing that happened.
    package struct Event: Hashable, Sendable {
        /// What happened.
        package enum Kind: Hashable, Sendable {
            /// Nothing happened; the server shows that the subscription lives
            /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/statusevent>).
            case status
            case change(NotificationEventType)

            /// The element that stands for it.
            var element: String {
                switch self {
                case .status: "StatusEvent"
                case .change(let type): type.rawValue
                }
            }

            static let all = [status] + NotificationEventType.allCases.map(change)
        }

        package var kind: Kind
        /// Where in the course of events this one stands. Streaming events have none, nor has any event of some servers.
        package var watermark: String?

        package init(_ kind: Kind, watermark: String? = nil) {
            self.kind = kind
            self.watermark = watermark
        }
    }

    /// As the answer to Subscribe told it.
    package var subscriptionId: String
    /// Of the last event that was told before these. `nil` where the server tells none.
    package var previousWatermark: String?
    /// Whether there are more events than fitted in; ask again at once.
    package var moreEvents: Bool
    /// In the order of the server. Kinds that are not known are left out, so there may be none.
    package var events: [Event]

    package init(
        subscriptionId: String,
        previousWatermark: String? = nil,
        moreEvents: Bool = false,
        events: [Event]
    ) {
        self.subscriptionId = subscriptionId
        self.previousWatermark = previousWatermark
        self.moreEvents = moreEvents
        self.events = events
    }

    /// The watermark that the next GetEvents has to tell: that of the last event. `nil` where no event has one.
    package var watermark: String? { events.last { $0.watermark != nil }?.watermark }

    /// Whether anything happened, other than that time went by. No event at all means some that is not known.
    package var tellsOfChange: Bool { events.isEmpty || events.contains { $0.kind != .status } }
}

extension ParserLimits {
    /// For what tells of events. The largest answer there can be has 50 events for each of 200 subscriptions, and an
    /// event has less than 1,000 bytes and 20 elements.
    package static let notifications = ParserLimits(bytes: 10_000_000, textBytes: 65_536, elements: 200_000)
}

extension MailboxNotification {
    /// Collects notifications.
    final class Reader {
        private typealias Reason = EWSDecodingError.Reason

        private(set) var notifications: [MailboxNotification] = []
        private var subscriptionId: String?
        /// What is being read; its subscription is told at the end.
        private var draft = MailboxNotification(subscriptionId: "", events: [])
        private var watermark: String?

        /// Exchange puts the element into the namespace of messages also where the schema wants that of types.
        var patterns: [ElementPattern] { [.messages, .types].map(pattern) }

        private func pattern(_ namespace: XMLNamespace) -> ElementPattern {
            let head: [ElementPattern] = [
                .text(.types, "SubscriptionId") { text throws(Reason) in
                    self.subscriptionId = try text.identifier()
                },
                .text(.types, "PreviousWatermark") { text throws(Reason) in
                    self.draft.previousWatermark = try text.optionalIdentifier()
                },
                .text(.types, "MoreEvents") { text throws(Reason) in self.draft.moreEvents = try text.boolean() },
            ]
            return ElementPattern(
                namespace,
                "Notification",
                children: head + Event.Kind.all.map(event),
                open: { _ in
                    self.subscriptionId = nil
                    self.draft = MailboxNotification(subscriptionId: "", events: [])
                },
                close: { () throws(Reason) in
                    guard let subscriptionId = self.subscriptionId else { throw .missing(element: "SubscriptionId") }
                    self.draft.subscriptionId = subscriptionId
                    self.notifications.append(self.draft)
                }
            )
        }

        private func event(_ kind: Event.Kind) -> ElementPattern {
            let watermark = ElementPattern.text(.types, "Watermark") { text throws(Reason) in
                self.watermark = try text.optionalIdentifier()
            }
            return ElementPattern(
                .types,
                kind.element,
                children: [watermark],
                open: { _ in self.watermark = nil },
                close: { self.draft.events.append(Event(kind, watermark: self.watermark)) }
            )
        }
    }
}
