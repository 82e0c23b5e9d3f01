/// Asks for the events of a pull subscription since a watermark, which keeps the subscription alive too
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getevents-operation>).
package struct GetEventsRequest: Hashable, Sendable {
    /// As the answer to Subscribe told it.
    package let subscriptionId: String
    /// Of the last event that was told, at first that of the subscription; `nil` for a server that tells none.
    package let watermark: String?

    package init(subscriptionId: String, watermark: String?) {
        self.subscriptionId = subscriptionId
        self.watermark = watermark
    }

    /// The whole SOAP message.
    package func encoded(in context: RequestContext) -> [UInt8] {
        context.envelope { writer in
            writer.element("m:GetEvents") { writer in
                writer.element("m:SubscriptionId", text: subscriptionId)
                // The schema demands one; a server that tells no watermarks does not look at it.
                writer.element("m:Watermark", text: watermark ?? "0")
            }
        }
    }
}
