import Availability
import Foundation
import Logging

/// Subscriptions, and the reconciliation that finds what they miss.
extension PresenceEngine {
    /// Administrators know the lines of a start in their order: connected, subscribing, reading.
    func announceSubscriptions(_ connectors: Set<String>) {
        for source in setup.notifications?.sources ?? [] where !source.changes.methods.isEmpty {
            guard connectors.contains(source.changes.name) else { continue }
            let count = served(by: source.changes.name).count
            if count > 0 { untold[source.changes.name] = count }
        }
    }

    func tellOfSubscriptions(_ connector: String) {
        guard let count = untold.removeValue(forKey: connector) else { return }
        logger.info(
            "Subscribing to availability of: \(count) users",
            metadata: ["event": "subscribing", "connector": "\(connector)"]
        )
    }

    /// Also where nothing is to be subscribed to: an earlier configuration may have left something to be ended.
    func subscribe(_ connector: String) async {
        let source = setup.notifications?.sources.first { $0.changes.name == connector }
        guard let notifications = setup.notifications, let source, let reader = readers[connector], !isStopping,
            subscribers[connector] == nil
        else { return }
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
        subscribers[connector] = subscriber
        await subscriber.start(Set(served(by: connector)))
        // A change of users while it began has found nobody to tell.
        await subscriber.serve(Set(served(by: connector)))
    }

    /// Returns when nothing is under way but channels, which wait for news.
    /// - Returns: how many wait.
    package func idleButForChannels() async -> Int {
        for handover in handovers.values { await handover.value }
        await idle()
        var waiting = 0
        for subscriber in subscribers.values { waiting += await subscriber.idle() }
        return waiting
    }

    /// Where nothing tells of changes, it is what finds them. Goes on where it was: a change of users once a day must not
    /// keep it at its beginning for ever.
    func arrangeReconciliations() {
        for source in setup.sources {
            let served = served(by: source.name)
            guard let interval = setup.reconcileInterval, !served.isEmpty else {
                reconciliations[source.name] = nil
                cancel(Deadline.reconciliation(source.name))
                continue
            }
            let reconciliation = Reconciliation(
                of: served,
                interval: interval,
                portion: source.batchLimit,
                after: reconciliations[source.name]?.last
            )
            reconciliations[source.name] = reconciliation
            let planned = armed[Deadline.reconciliation(source.name)] ?? .distantFuture
            scheduleReconciliation(source.name, at: min(planned, scheduler.now + reconciliation.pause))
        }
    }

    private func scheduleReconciliation(_ connector: String, at time: Date) {
        schedule(Deadline.reconciliation(connector), at: time) { await $0.reconcile(connector) }
    }

    private func reconcile(_ connector: String) async {
        guard let portion = reconciliations[connector]?.take(), let pause = reconciliations[connector]?.pause else {
            return
        }
        scheduleReconciliation(connector, at: scheduler.now + pause)
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
            observer.missedChange(of: connectorOf[mailbox] ?? "")
            let missed = Diagnosis.changeMissed(of: mailbox, count: missedChanges)
            logger.warning(
                "\(missed.summary) \(missed.remedy)",
                metadata: [
                    "user": "\(mailbox)", "connector": "\(connectorOf[mailbox] ?? "")",
                    "diagnosis": .stringConvertible(missed),
                ]
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

extension Diagnosis {
    /// - Parameter count: of such changes, since the start.
    fileprivate static func changeMissed(of mailbox: MailboxAddress, count: Int) -> Diagnosis {
        Diagnosis(
            id: "notification.missed",
            summary:
                "A change in the calendar of \(mailbox) was found by reading it again; no notification had told of it. "
                + "\(count) of these since the start.",
            remedy: "If it goes on, look at the event log of Exchange."
        )
    }
}
