/// Ends a subscription to pulled or streamed events; one to pushed events ends with the answer to a push
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/unsubscribe-operation>).
package struct UnsubscribeRequest: Hashable, Sendable {
    /// As the answer to Subscribe told it.
    package let subscriptionId: String

    package init(subscriptionId: String) {
        self.subscriptionId = subscriptionId
    }

    /// The whole SOAP message.
    package func encoded(in context: RequestContext) -> [UInt8] {
        context.envelope { writer in
            writer.element("m:Unsubscribe") { $0.element("m:SubscriptionId", text: subscriptionId) }
        }
    }
}
