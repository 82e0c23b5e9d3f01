/// Opens a connection over which the events of up to 200 subscriptions come; see `StreamingEventsReader`
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getstreamingevents-operation>).
package struct GetStreamingEventsRequest: Hashable, Sendable {
    /// The most subscriptions that one connection may carry.
    package static let subscriptionLimit = 200
    /// For how many minutes a connection may last.
    package static let connectionTimeouts = 1...30

    /// Why a request cannot be made.
    package enum Mistake: Error, Hashable {
        /// There must be 1 to 200 subscriptions.
        case subscriptionCount(Int)
        /// A connection must last 1 to 30 minutes.
        case connectionTimeout(Int)
    }

    /// As the answers to Subscribe told them.
    package let subscriptionIds: [String]
    /// After how many minutes the server says `Closed`.
    package let connectionTimeoutInMinutes: Int

    package init(subscriptionIds: [String], connectionTimeoutInMinutes: Int = 30) throws(Mistake) {
        guard 1...Self.subscriptionLimit ~= subscriptionIds.count else {
            throw .subscriptionCount(subscriptionIds.count)
        }
        guard Self.connectionTimeouts ~= connectionTimeoutInMinutes else {
            throw .connectionTimeout(connectionTimeoutInMinutes)
        }
        self.subscriptionIds = subscriptionIds
        self.connectionTimeoutInMinutes = connectionTimeoutInMinutes
    }

    /// The whole SOAP message.
    package func encoded(in context: RequestContext) -> [UInt8] {
        context.envelope { writer in
            writer.element("m:GetStreamingEvents") { writer in
                writer.element("m:SubscriptionIds") { writer in
                    for id in subscriptionIds { writer.element("t:SubscriptionId", text: id) }
                }
                writer.element("m:ConnectionTimeout", text: String(connectionTimeoutInMinutes))
            }
        }
    }
}
