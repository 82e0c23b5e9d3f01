/// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/handling-notification-related-errors-in-ews-in-exchange
extension MailboxError {
    static let subscriptionNotFound = MailboxError(
        code: "ErrorSubscriptionNotFound",
        message: "The specified subscription was not found."
    )
    static let subscriptionUnsubscribed = MailboxError(
        code: "ErrorSubscriptionUnsubscribed",
        message: "The specified subscription was unsubscribed."
    )
    static let streamTakenOver = MailboxError(
        code: "ErrorNewEventStreamConnectionOpened",
        message: "A new event stream connection was opened for the subscription."
    )
    static let noStreamingSubscription = MailboxError(
        code: "ErrorInvalidSubscription",
        message: "The subscription is not a streaming subscription."
    )
    static let noPullSubscription = MailboxError(
        code: "ErrorInvalidPullSubscriptionId",
        message: "The subscription is not a pull subscription."
    )
    static let invalidWatermark = MailboxError(code: "ErrorInvalidWatermark", message: "The watermark is invalid.")
    static let missedEvents = MailboxError(
        code: "ErrorMissedNotificationEvents",
        message: "Events were missed: they are older than those the server keeps."
    )
    static let exceededSubscriptionCount = MailboxError(
        code: "ErrorExceededSubscriptionCount",
        message: "You have exceeded the available subscriptions for your account."
    )
    static let exceededConnectionCount = MailboxError(
        code: "ErrorExceededConnectionCount",
        message: "You have exceeded the available concurrent connections for your account."
    )

    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
    static let invalidPushURL = MailboxError(
        code: "ErrorInvalidPushSubscriptionUrl",
        message: "The push subscription URL is invalid."
    )

    static func invalidSubscriptionRequest(_ message: String) -> MailboxError {
        MailboxError(code: "ErrorInvalidSubscriptionRequest", message: message)
    }
}
