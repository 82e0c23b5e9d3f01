/// Carries out what `SubscriptionTable` decides: operations and the control interface come here, streams listen here.
actor Notifications {
    /// What a stream is told to do.
    enum Piece: Equatable, Sendable {
        case text(String)
        /// Close the connection without ending the body.
        case hangUp
    }

    /// What can be done to all open streams.
    enum StreamFault: String, CaseIterable, Decodable, Sendable {
        /// End as if the ConnectionTimeout were over.
        case close
        /// Close the connections without a word.
        case drop
        /// Stop in the middle of an envelope.
        case cut
        /// Say nothing more, not even heartbeats, with the connections open.
        case silence
    }

    var table: SubscriptionTable
    /// Push clients that wait for something to happen.
    var resting: [Int: Task<Void, Never>] = [:]
    let product: ExchangeProduct
    let clock: NotificationClock
    /// The numbers of new push subscriptions; somebody has to `keepPushing` each of them.
    nonisolated let pushes: AsyncStream<Int>
    private let newPushes: AsyncStream<Int>.Continuation
    private var outlets: [Int: AsyncStream<Piece>.Continuation] = [:]

    /// A client that reads no faster than this many envelopes behind is hung up on.
    private static let longestBacklog = 1000

    init(product: ExchangeProduct, limits: NotificationLimits, clock: NotificationClock = .system) {
        self.product = product
        self.clock = clock
        table = SubscriptionTable(limits: limits)
        (pushes, newPushes) = AsyncStream.makeStream()
    }

    // MARK: For operations

    func subscribe(_ wish: SubscriptionWish) throws(MailboxError) -> (id: String, watermark: Watermark) {
        let made = try table.subscribe(wish, now: clock.now())
        if let push = table.subscriptions[made.id]?.push { newPushes.yield(push) }
        return made
    }

    func unsubscribe(_ id: String, backEnd: Int) throws(MailboxError) {
        let push = table.subscriptions[id]?.push
        let connection = try table.unsubscribe(id, backEnd: backEnd, now: clock.now())
        if let push { wake([push]) }
        if let connection { tell(connection, lost: [id], because: .subscriptionUnsubscribed) }
    }

    func pull(_ id: String, after watermark: Watermark?, backEnd: Int) throws(MailboxError) -> NotificationBatch {
        try table.pull(id, after: watermark, backEnd: backEnd, now: clock.now())
    }

    /// The first envelope is waiting when this returns, and after it what happened before.
    /// - Returns: the pieces to send; the connection's number, nil when the body ends with the first envelope.
    func open(_ wish: StreamWish) -> (connection: Int?, pieces: AsyncStream<Piece>) {
        let opening = table.open(wish, now: clock.now())
        for (older, ids) in opening.displaced { tell(older, lost: ids, because: .streamTakenOver) }
        let (pieces, outlet) = AsyncStream.makeStream(
            of: Piece.self,
            bufferingPolicy: .bufferingOldest(Self.longestBacklog)
        )
        let status: StreamEnvelope.Status = opening.connection == nil ? .closed : .ok
        let first = StreamEnvelope(error: opening.error, failed: opening.failed, status: status)
        outlet.yield(.text(first.text(product: product, isFirst: true)))
        guard let connection = opening.connection else {
            outlet.finish()
            return (nil, pieces)
        }
        outlets[connection] = outlet
        tellNews(connection)
        return (connection, pieces)
    }

    /// Sends heartbeats, and `Closed` when the time is over; returns then, or when the task is cancelled.
    func keepTime(of connection: Int) async {
        while let turn = table.turn(of: connection, now: clock.now()) {
            switch turn {
            case .wait(let until):
                do { try await clock.sleep(until) } catch { return }
            case .heartbeat:
                send(StreamEnvelope(notifications: table.heartbeat(of: connection)), to: connection)
            case .close:
                finish(connection)
            }
        }
    }

    /// The client is gone, or was told all.
    func close(_ connection: Int) {
        table.close(connection, now: clock.now())
        outlets.removeValue(forKey: connection)?.finish()
    }

    // MARK: For the control interface

    /// Those that are alive, by id.
    var subscriptions: [Subscription] {
        table.subscriptions.keys.sorted().compactMap { table.current($0, now: clock.now()) }
    }

    /// How many streams are open.
    var streams: Int { table.connections.count }

    func record(_ change: CalendarChange) {
        for connection in table.record(change) { tellNews(connection) }
        wake(table.pushes(watching: change.mailbox))
    }

    func lose(changes: Int) { table.lose(changes: changes) }

    /// - Returns: how many streams it happened to.
    func suffer(_ fault: StreamFault) -> Int {
        let open = table.connections.keys.sorted()
        for connection in open {
            switch fault {
            case .close: finish(connection)
            case .drop: hangUp(connection)
            case .cut:
                let text = StreamEnvelope(notifications: table.heartbeat(of: connection)).text(product: product)
                outlets[connection]?.yield(.text(String(text.prefix(text.count / 2))))
                hangUp(connection)
            case .silence: table.connections[connection]?.isSilent = true
            }
        }
        return open.count
    }

    /// Once, through all open streams that are not silent, which go on behind it.
    /// - Returns: how many streams it happened to.
    func send(_ hostile: HostileEnvelope) -> Int {
        let open = table.connections.filter { !$0.value.isSilent }.keys
        for connection in open {
            for piece in hostile.pieces { outlets[connection]?.yield(.text(piece)) }
        }
        return open.count
    }

    /// Forgets all subscriptions; ids start over. Streams are cut off as by a server that goes down.
    func restart() {
        _ = suffer(.drop)
        table.restart()
        wake(Array(resting.keys))
    }

    // MARK: Streams

    private func tellNews(_ connection: Int) {
        while true {
            let batches = table.drain(connection, now: clock.now())
            guard !batches.isEmpty else { return }
            send(StreamEnvelope(notifications: batches), to: connection)
        }
    }

    /// Some of its subscriptions are gone; one that has none left ends.
    private func tell(_ connection: Int, lost ids: [String], because error: MailboxError) {
        let isEmpty = table.connections[connection]?.subscriptions.isEmpty ?? true
        send(StreamEnvelope(error: error, failed: ids, status: isEmpty ? .closed : .ok), to: connection)
        if isEmpty { close(connection) }
    }

    private func finish(_ connection: Int) {
        send(StreamEnvelope(status: .closed), to: connection)
        close(connection)
    }

    private func hangUp(_ connection: Int) {
        outlets[connection]?.yield(.hangUp)
        close(connection)
    }

    private func send(_ envelope: StreamEnvelope, to connection: Int) {
        guard table.connections[connection]?.isSilent == false, let outlet = outlets[connection] else { return }
        if case .dropped = outlet.yield(.text(envelope.text(product: product))) { close(connection) }
    }
}
