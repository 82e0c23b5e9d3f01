import Foundation

/// How a subscription's events reach the client.
enum Delivery: Equatable, Sendable {
    /// Through the body of GetStreamingEvents.
    case streaming
    /// By GetEvents, which must come within so many minutes.
    case pull(timeoutMinutes: Int)
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

    /// After a restart of the server they start over: the number is all there is in an id.
    static func id(number: Int) -> String { Data("subscription-\(number)".utf8).base64EncodedString() }

    /// Whether nobody has asked for it too long. A stream keeps its subscriptions alive.
    func isExpired(at now: ContinuousClock.Instant, limits: NotificationLimits) -> Bool {
        switch wish.delivery {
        case .streaming: connection == nil && now >= lastUsed + limits.unusedLifetime
        case .pull(let minutes): now >= lastUsed + .seconds(minutes * 60)
        }
    }
}

/// What the server allows.
/// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
struct NotificationLimits: Sendable {
    /// Without anything to say a stream sends a StatusEvent this often.
    var heartbeat = Duration.seconds(45)
    /// Subscriptions charged to one account.
    var subscriptionsPerMailbox = 20
    /// GetStreamingEvents that one account may keep open.
    var hangingConnections = 10
    /// How long a streaming subscription lives without a stream.
    var unusedLifetime = Duration.seconds(30 * 60)
    /// Ids in one GetStreamingEvents.
    var idsPerStream = 200
    /// Events in one notification.
    var eventsPerNotification = 50
}
