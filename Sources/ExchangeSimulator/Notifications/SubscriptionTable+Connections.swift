/// A GetStreamingEvents that is being answered.
struct HangingConnection: Sendable {
    /// Whom it is charged to.
    var account: String
    /// Ids, in the order asked.
    var subscriptions: [String]
    /// When its ConnectionTimeout is over.
    var closes: ContinuousClock.Instant
    /// When the client last heard something; the next heartbeat counts from here.
    var lastSpoke: ContinuousClock.Instant
    /// Told to say no more, with the connection open.
    var isSilent = false
}

/// What a GetStreamingEvents asks for.
struct StreamWish: Sendable {
    /// As asked, in order.
    var ids: [String]
    /// Whom the connection is charged to: the caller, or whom it impersonates.
    var account: String
    var backEnd = 1
    /// 1 to 30.
    var timeoutMinutes: Int
}

/// How a stream begins.
struct StreamOpening: Sendable {
    /// Nil when nothing is left to wait for, and the stream ends with its first envelope.
    var connection: Int?
    /// Why some ids are not served.
    var error: MailboxError?
    /// Those ids.
    var failed: [String] = []
    /// Older connections that lost subscriptions to this one.
    var displaced: [Int: [String]] = [:]
}

extension SubscriptionTable {
    /// What a connection has to do when its time comes.
    enum Turn: Equatable {
        case wait(until: ContinuousClock.Instant)
        case heartbeat
        /// The ConnectionTimeout is over.
        case close
    }

    /// A subscription has one stream: a new one takes it away from the older.
    mutating func open(_ wish: StreamWish, now: ContinuousClock.Instant) -> StreamOpening {
        guard wish.ids.count <= limits.idsPerStream else {
            let message = "At most \(limits.idsPerStream) subscriptions fit into a stream."
            return StreamOpening(error: .invalidSubscriptionRequest(message))
        }
        guard connections.values.count(where: { $0.account == wish.account }) < limits.hangingConnections else {
            return StreamOpening(error: .exceededConnectionCount)
        }
        var opening = StreamOpening()
        var served: [String] = []
        for id in wish.ids where !served.contains(id) {
            do throws(MailboxError) {
                let subscription = try found(id, backEnd: wish.backEnd, now: now)
                guard subscription.wish.delivery == .streaming else { throw .noStreamingSubscription }
                if let older = subscription.connection { opening.displaced[older, default: []].append(id) }
                served.append(id)
            } catch {
                opening.error = error
                opening.failed.append(id)
            }
        }
        for (older, ids) in opening.displaced { connections[older]?.subscriptions.removeAll { ids.contains($0) } }
        guard !served.isEmpty else { return opening }
        let number = nextConnection
        nextConnection += 1
        for id in served { attach(id, to: number, now: now) }
        connections[number] = HangingConnection(
            account: wish.account,
            subscriptions: served,
            closes: now + limits.minute * wish.timeoutMinutes,
            lastSpoke: now
        )
        opening.connection = number
        return opening
    }

    /// What its subscriptions have to tell, all in one envelope; ask again until there is nothing.
    mutating func drain(_ connection: Int, now: ContinuousClock.Instant) -> [NotificationBatch] {
        guard let open = connections[connection], !open.isSilent else { return [] }
        var batches: [NotificationBatch] = []
        for id in open.subscriptions {
            guard let subscription = subscriptions[id] else { continue }
            let batch = batch(of: subscription, after: subscription.position)
            advance(id, to: batch.to)
            if !batch.events.isEmpty { batches.append(batch) }
        }
        if !batches.isEmpty { connections[connection]?.lastSpoke = now }
        return batches
    }

    /// Nil for a connection that is closed, or silent: it has no more to do.
    mutating func turn(of connection: Int, now: ContinuousClock.Instant) -> Turn? {
        guard let open = connections[connection], !open.isSilent else { return nil }
        if now >= open.closes { return .close }
        let due = open.lastSpoke + limits.heartbeat
        guard now >= due else { return .wait(until: min(due, open.closes)) }
        connections[connection]?.lastSpoke = now
        return .heartbeat
    }

    /// A StatusEvent for each subscription.
    func heartbeat(of connection: Int) -> [NotificationBatch] {
        (connections[connection]?.subscriptions ?? []).compactMap { subscriptions[$0] }.map(status)
    }

    /// A StatusEvent, whatever may be waiting.
    func status(of subscription: Subscription) -> NotificationBatch {
        let here = Watermark(subscription.position)
        return NotificationBatch(subscription: subscription.id, from: here, to: here, hasMore: false, events: [])
    }

    /// Its subscriptions wait for another from now on.
    mutating func close(_ connection: Int, now: ContinuousClock.Instant) {
        guard let closed = connections.removeValue(forKey: connection) else { return }
        for id in closed.subscriptions { attach(id, to: nil, now: now) }
    }
}
