import Foundation

/// How a subscription's events reach the client.
enum Delivery: Equatable, Sendable {
    /// Through the body of GetStreamingEvents.
    case streaming
    /// By GetEvents, which must come within so many minutes.
    case pull(timeoutMinutes: Int)
    /// By requests to the client's URL, which says nothing for so many minutes at most.
    case push(url: String, statusMinutes: Int)
}

/// What a Subscribe asks for.
struct SubscriptionWish: Sendable {
    /// Whose calendar, in lower case.
    var mailbox: String
    /// Whom the subscription is charged to: the caller, or whom it impersonates.
    var account: String
    /// The back end that the request reached; only there the subscription is known.
    var backEnd = 1
    var delivery: Delivery
    /// Whether the folders asked for include the calendar; of others nothing is ever heard.
    var watchesCalendar = true
    var types: Set<EventType> = Set(EventType.allCases)
    /// Where to go on, instead of now.
    var watermark: Watermark?
}

/// A subscription the server keeps.
struct Subscription: Sendable {
    var id: String
    var wish: SubscriptionWish
    /// The last event that was delivered; pull counts it as delivered when the client comes back with its watermark.
    var position: Int
    /// When it was created, pulled from, or lost its stream.
    var lastUsed: ContinuousClock.Instant
    /// The hanging connection that carries it.
    var connection: Int?
    /// What is known of its client, for push.
    var push: Int?

    /// After a restart of the server they start over: the number is all there is in an id.
    static func id(number: Int) -> String { Data("subscription-\(number)".utf8).base64EncodedString() }

    /// Whether nobody has asked for it too long. A stream keeps its subscriptions alive; push looks after its own.
    func isExpired(at now: ContinuousClock.Instant, limits: NotificationLimits) -> Bool {
        switch wish.delivery {
        case .streaming: connection == nil && now >= lastUsed + limits.unusedLifetime
        case .pull(let minutes): now >= lastUsed + limits.minute * minutes
        case .push: false
        }
    }
}

/// What the server allows.
struct NotificationLimits: Sendable {
    /// Without anything to say a stream sends a StatusEvent this often. No page tells how often; servers were seen to.
    var heartbeat = Duration.seconds(45)
    /// Subscriptions charged to one account: EWSMaxSubscriptions, 20 online and 5000 on premises.
    /// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/handling-notification-related-errors-in-ews-in-exchange
    var subscriptionsPerMailbox = 20
    /// GetStreamingEvents that one account may keep open: HangingConnectionLimit, of the same page.
    var hangingConnections = 10
    /// How long a streaming subscription lives without a stream. No page tells; that it ends is the same page's.
    var unusedLifetime = Duration.seconds(30 * 60)
    /// Ids in one GetStreamingEvents.
    /// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server
    var idsPerStream = 200
    /// Events in one notification. MoreEvents announces the rest; the number was seen of servers, no page tells it.
    var eventsPerNotification = 50
    /// How long a push that failed waits for its first retry; each further wait is twice as long.
    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/statusfrequency
    var pushRetry = Duration.seconds(30)
    /// How long a minute of Timeout, ConnectionTimeout and StatusFrequency lasts: less for tests that are in a hurry.
    var minute = Duration.seconds(60)
}
