/// All subscriptions and hanging connections, and what becomes of them. Decides and does nothing: time is handed in, and
/// what is to be sent comes out. Connections and push have files of their own.
struct SubscriptionTable: Sendable {
    var limits: NotificationLimits
    private(set) var subscriptions: [String: Subscription] = [:]
    /// Ids by the account they are charged to, for the limit.
    private var charged: [String: Set<String>] = [:]
    /// Ids by the mailbox they watch.
    private var watching: [String: Set<String>] = [:]
    private var logs: [String: EventLog] = [:]
    private var nextSubscription = 1
    /// How many changes to come are lost.
    private var losing = 0
    /// Open streams by their numbers, which never repeat.
    var connections: [Int: HangingConnection] = [:]
    var nextConnection = 1
    /// Clients of push subscriptions by numbers that never repeat, either.
    var pushes: [Int: PushClient] = [:]
    var nextPush = 1

    init(limits: NotificationLimits = NotificationLimits()) {
        self.limits = limits
    }

    // MARK: Subscriptions

    /// - Throws: ErrorExceededSubscriptionCount, ErrorInvalidWatermark.
    mutating func subscribe(
        _ wish: SubscriptionWish,
        now: ContinuousClock.Instant
    ) throws(MailboxError) -> (id: String, watermark: Watermark) {
        for id in charged[wish.account] ?? [] { _ = current(id, now: now) }
        guard (charged[wish.account] ?? []).count < limits.subscriptionsPerMailbox else {
            throw .exceededSubscriptionCount
        }
        let log = logs[wish.mailbox] ?? EventLog()
        let position = wish.watermark?.position ?? log.end
        guard (log.forgotten...log.end).contains(position) else { throw .invalidWatermark }
        let id = Subscription.id(number: nextSubscription)
        nextSubscription += 1
        var subscription = Subscription(id: id, wish: wish, position: position, lastUsed: now)
        if case .push(let url, let minutes) = wish.delivery {
            subscription.push = addPush(PushClient(subscription: id, url: url, patience: limits.minute * minutes))
        }
        subscriptions[id] = subscription
        charged[wish.account, default: []].insert(id)
        watching[wish.mailbox, default: []].insert(id)
        return (id, Watermark(position))
    }

    /// - Returns: the connection that carried it and must be told.
    /// - Throws: ErrorSubscriptionNotFound.
    mutating func unsubscribe(
        _ id: String,
        backEnd: Int,
        now: ContinuousClock.Instant
    ) throws(MailboxError) -> Int? {
        let connection = try found(id, backEnd: backEnd, now: now).connection
        remove(id)
        if let connection { connections[connection]?.subscriptions.removeAll { $0 == id } }
        return connection
    }

    /// What a pull subscription has after a watermark; the same question has the same answer again.
    /// - Throws: ErrorSubscriptionNotFound, ErrorInvalidPullSubscriptionId, ErrorInvalidWatermark,
    ///   ErrorMissedNotificationEvents.
    mutating func pull(
        _ id: String,
        after watermark: Watermark?,
        backEnd: Int,
        now: ContinuousClock.Instant
    ) throws(MailboxError) -> NotificationBatch {
        let subscription = try found(id, backEnd: backEnd, now: now)
        guard case .pull = subscription.wish.delivery else { throw .noPullSubscription }
        let log = logs[subscription.wish.mailbox] ?? EventLog()
        guard let position = watermark?.position, (0...log.end).contains(position) else { throw .invalidWatermark }
        guard position >= log.forgotten else { throw .missedEvents }
        subscriptions[id]?.position = position
        subscriptions[id]?.lastUsed = now
        return batch(of: subscription, after: position)
    }

    /// What comes after a position, as much as one notification holds.
    func batch(of subscription: Subscription, after position: Int) -> NotificationBatch {
        let log = logs[subscription.wish.mailbox] ?? EventLog()
        let types = subscription.wish.watchesCalendar ? subscription.wish.types : []
        let all = log.events(after: position, of: types)
        let events = Array(all.prefix(limits.eventsPerNotification))
        let hasMore = all.count > events.count
        return NotificationBatch(
            subscription: subscription.id,
            from: Watermark(position),
            // With nothing left, the events of other types are behind us, too.
            to: Watermark(hasMore ? events.last?.position ?? position : log.end),
            hasMore: hasMore,
            events: events
        )
    }

    // MARK: Events

    /// - Returns: the connections that have something to tell, in the order they were opened.
    mutating func record(_ change: CalendarChange) -> [Int] {
        if losing > 0 {
            losing -= 1
            return []
        }
        logs[change.mailbox, default: EventLog()].append(change)
        return Set((watching[change.mailbox] ?? []).compactMap { subscriptions[$0]?.connection }).sorted()
    }

    /// The next changes are told to nobody.
    mutating func lose(changes: Int) { losing = changes }

    /// The push clients that watch a mailbox.
    func pushes(watching mailbox: String) -> [Int] { (watching[mailbox] ?? []).compactMap { subscriptions[$0]?.push } }

    /// A server that starts again knows no subscription and numbers new ones from 1; mailboxes keep their logs.
    mutating func restart() {
        let (kept, connection, push) = (logs, nextConnection, nextPush)
        self = SubscriptionTable(limits: limits)
        logs = kept
        nextConnection = connection
        nextPush = push
    }

    // MARK: Looking up

    /// A subscription that is still alive; one that is not goes away here.
    mutating func current(_ id: String, now: ContinuousClock.Instant) -> Subscription? {
        guard let subscription = subscriptions[id] else { return nil }
        guard subscription.isExpired(at: now, limits: limits) else { return subscription }
        remove(id)
        return nil
    }

    /// - Throws: ErrorSubscriptionNotFound, also on a back end that did not create it.
    mutating func found(
        _ id: String,
        backEnd: Int,
        now: ContinuousClock.Instant
    ) throws(MailboxError) -> Subscription {
        guard let subscription = current(id, now: now), subscription.wish.backEnd == backEnd else {
            throw .subscriptionNotFound
        }
        return subscription
    }

    /// Ties a subscription to a connection, or (nil) leaves it waiting from now on.
    mutating func attach(_ id: String, to connection: Int?, now: ContinuousClock.Instant) {
        subscriptions[id]?.connection = connection
        subscriptions[id]?.lastUsed = now
    }

    /// Everything up to here was delivered.
    mutating func advance(_ id: String, to watermark: Watermark) { subscriptions[id]?.position = watermark.position }

    mutating func remove(_ id: String) {
        guard let removed = subscriptions.removeValue(forKey: id) else { return }
        charged[removed.wish.account]?.remove(id)
        watching[removed.wish.mailbox]?.remove(id)
        if let push = removed.push { pushes[push] = nil }
    }
}

/// What one notification says.
struct NotificationBatch: Equatable, Sendable {
    var subscription: String
    /// What the client had heard before, and what it has heard with this.
    var from: Watermark
    var to: Watermark
    /// Whether to ask again at once.
    var hasMore: Bool
    /// Without any, a StatusEvent stands in their place.
    var events: [NotificationEvent]

    /// What the client has heard with one of the events; the last leads past those of types that were not asked for.
    func watermark(of event: NotificationEvent) -> Watermark {
        event == events.last ? to : Watermark(event.position)
    }
}
