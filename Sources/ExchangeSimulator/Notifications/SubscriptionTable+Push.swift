/// Where the server stands with the client of a push subscription.
struct PushClient: Sendable {
    /// A failed notification waits to be sent again.
    struct Retry: Equatable, Sendable {
        /// How long it waits.
        var delay: Duration
        var time: ContinuousClock.Instant
    }

    /// The subscription's id.
    var subscription: String
    /// Where it listens.
    var url: String
    /// StatusFrequency: how long it hears nothing when nothing happens, and how long a retry waits at most.
    var patience: Duration
    /// When it last accepted a notification; nil before the first.
    var lastAccepted: ContinuousClock.Instant?
    var retry: Retry?
}

/// What became of a notification that was pushed.
enum PushAnswer: Equatable, Sendable {
    case accepted
    case unsubscribe
    /// No connection, no answer in time, or not the answer it should be.
    case failed
}

extension SubscriptionTable {
    /// What to do next for a push subscription.
    enum PushTurn: Equatable {
        /// Ask again then, or when something happens.
        case wait(until: ContinuousClock.Instant)
        case send(NotificationBatch, url: String)
    }

    /// - Returns: its number, which never repeats: after a restart an answer that is late must not reach another.
    mutating func addPush(_ client: PushClient) -> Int {
        defer { nextPush += 1 }
        pushes[nextPush] = client
        return nextPush
    }

    /// A StatusEvent first, then what happens as it happens, and StatusEvents while nothing does. Whatever collects while a
    /// notification is under way or waits to be sent again goes with the next. Nil once the subscription ended.
    func pushTurn(of number: Int, now: ContinuousClock.Instant) -> PushTurn? {
        guard let client = pushes[number], let subscription = subscriptions[client.subscription] else { return nil }
        if let retry = client.retry, now < retry.time { return .wait(until: retry.time) }
        guard let lastAccepted = client.lastAccepted else { return .send(status(of: subscription), url: client.url) }
        // Without events it is a StatusEvent.
        let news = batch(of: subscription, after: subscription.position)
        let due = lastAccepted + client.patience
        return news.events.isEmpty && now < due ? .wait(until: due) : .send(news, url: client.url)
    }

    /// Moves on, or waits: 30 seconds, then twice as long each time, but never longer than StatusFrequency; a subscription
    /// whose last retry failed is gone.
    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/statusfrequency
    mutating func pushed(
        _ batch: NotificationBatch,
        to number: Int,
        answer: PushAnswer,
        now: ContinuousClock.Instant
    ) {
        guard let client = pushes[number] else { return }
        switch answer {
        case .accepted:
            advance(client.subscription, to: batch.to)
            pushes[number]?.lastAccepted = now
            pushes[number]?.retry = nil
        case .unsubscribe:
            remove(client.subscription)
        case .failed:
            let delay = client.retry.map { $0.delay * 2 } ?? limits.pushRetry
            if delay > client.patience {
                remove(client.subscription)
            } else {
                pushes[number]?.retry = PushClient.Retry(delay: delay, time: now + delay)
            }
        }
    }
}
