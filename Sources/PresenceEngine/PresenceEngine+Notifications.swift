import Availability
import Foundation
import Logging

/// Subscriptions, and the reconciliation that finds what they miss.
extension PresenceEngine {
    /// Administrators know the lines of a start in their order: connected, subscribing, reading.
    func countSubscriptions() {
        for source in setup.notifications?.sources ?? [] where !source.changes.methods.isEmpty {
            let count = connectorOf.values.count { $0 == source.changes.name }
            if count > 0 { untold[source.changes.name] = count }
        }
    }

    func tellOfSubscriptions(_ connector: String) {
        guard let count = untold.removeValue(forKey: connector) else { return }
        logger.info("Subscribing to availability of: \(count) users", metadata: ["connector": "\(connector)"])
    }

    func subscribe() async {
        guard let notifications = setup.notifications else { return }
        for source in notifications.sources {
            let name = source.changes.name
            // Also where nothing is to be subscribed to: an earlier configuration may have left something to be ended.
            guard let reader = readers[name] else { continue }
            let subscriber = ConnectorSubscriber(
                source: source.changes,
                reader: reader,
                store: notifications.store,
                observer: WeakSubscriptionObserver(engine: self),
                scheduler: scheduler,
                options: source.options,
                random: random,
                logger: logger
            )
            subscribers[name] = subscriber
            await subscriber.start(connectorOf.compactMap { $0.value == name ? $0.key : nil })
        }
    }

    /// Returns when nothing is under way but channels, which wait for news.
    /// - Returns: how many wait.
    package func idleButForChannels() async -> Int {
        await idle()
        var waiting = 0
        for subscriber in subscribers.values { waiting += await subscriber.idle() }
        return waiting
    }

    /// Where nothing tells of changes, it is what finds them.
    func beginReconciliations() {
        guard let interval = setup.reconcileInterval else { return }
        for source in setup.sources {
            let served = connectorOf.compactMap { $0.value == source.name ? $0.key : nil }
            guard !served.isEmpty else { continue }
            let reconciliation = Reconciliation(of: served, interval: interval, portion: source.batchLimit)
            reconciliations[source.name] = reconciliation
            scheduleReconciliation(source.name, after: reconciliation.pause)
        }
    }

    private func scheduleReconciliation(_ connector: String, after pause: TimeInterval) {
        schedule(Deadline.reconciliation(connector), at: scheduler.now + pause) { await $0.reconcile(connector) }
    }

    private func reconcile(_ connector: String) async {
        guard let portion = reconciliations[connector]?.take(), let pause = reconciliations[connector]?.pause else {
            return
        }
        scheduleReconciliation(connector, after: pause)
        reconciling.formUnion(portion)
        await readers[connector]?.read(portion, order: nextOrder())
    }

    /// Only where a change would have been told of is one that was not told of a reason to worry.
    func compare(_ changed: Set<MailboxAddress>) async {
        for mailbox in changed.intersection(reconciling) {
            guard await subscribers[connectorOf[mailbox] ?? ""]?.isTelling(of: mailbox) == true else { continue }
            drift.suspect(mailbox, at: scheduler.now)
        }
        armDrift()
    }

    func notified(of mailboxes: [MailboxAddress]) {
        for mailbox in mailboxes { drift.note(mailbox, at: scheduler.now) }
        armDrift()
    }

    private func armDrift() {
        guard let earliest = drift.earliest else { return cancel(Deadline.drift) }
        schedule(Deadline.drift, at: earliest) { await $0.countMissed() }
    }

    private func countMissed() {
        for mailbox in drift.convict(at: scheduler.now) {
            missedChanges += 1
            logger.warning(
                """
                A change in the calendar of \(mailbox) was found by reading it again; no notification had told of it. \
                \(missedChanges) of these since the start. If it goes on, look at the event log of Exchange.
                """,
                metadata: ["user": "\(mailbox)", "diagnosis": "notification.missed"]
            )
        }
        armDrift()
    }
}

/// Subscribers are owned by the engine and must not own it in turn.
private final class WeakSubscriptionObserver: SubscriptionObserver {
    private weak let engine: PresenceEngine?

    init(engine: PresenceEngine) {
        self.engine = engine
    }

    func notified(of mailboxes: [MailboxAddress]) async {
        await engine?.notified(of: mailboxes)
    }
}
