/// Our answer to a push: whether more are wanted
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/sendnotificationresult>).
///
/// Without it the server posts the same again, and in the end gives the subscription up.
package enum SendNotificationResult: String, CaseIterable, Hashable, Sendable {
    case ok = "OK"
    /// Ends the subscription; the only way to end one of this kind.
    case unsubscribe = "Unsubscribe"

    /// The whole SOAP message, for an HTTP response with status 200.
    package var encoded: [UInt8] {
        XMLWriter.envelope { writer in
            writer.element("s:Body") { writer in
                writer.element("m:SendNotificationResult") { $0.element("m:SubscriptionStatus", text: rawValue) }
            }
        }
    }
}
