package import Availability
import Foundation
import Logging

/// Another configuration, while everything goes on.
extension PresenceEngine {
    /// Goes over to `new`. Whoever is served as before, by the same source, notices nothing of it: what was read stays,
    /// and so do subscriptions.
    ///
    /// To be called once at a time, after ``start()``.
    /// - Parameters:
    ///   - users: all there are from now on; those that are not enabled, or whose connector is none of the sources, are
    ///     not read.
    ///   - write: writes users and hooks to the database. Nothing else is written or decided meanwhile.
    /// - Returns: what `write` returns.
    /// - Throws: what `write` throws; then nothing has changed.
    package func change<Outcome: Sendable>(
        to new: EngineSetup,
        users: [User],
        after write: @Sendable () async throws(StoreFailure) -> Outcome
    ) async throws(StoreFailure) -> Outcome {
        guard !isStopping, let ledger else { return try await write() }
        let outcome = try await ledger.change(to: new.rules, for: new.hooks, after: write)
        await goOver(to: new, users: users)
        return outcome
    }

    private func goOver(to new: EngineSetup, users: [User]) async {
        let old = setup
        let change = ServiceChange(from: connectorOf, old.sources, to: users, new.sources)
        setup = new
        connectorOf = change.connectorOf
        drift.keep(rhythm: Self.driftRhythm(of: new))
        forget(change.gone)
        // Nobody may find a connector without a reader that is only replaced.
        let former = detach(change.closing)
        makeReaders(change.opening)
        await close(former)
        await open(change.opening)
        for reader in readers.values {
            await reader.forget(change.withdrawn)
            await reader.look(daysAhead: new.lookaheadDays + 1)
        }
        await assess(old.rules == new.rules ? change.came : Set(connectorOf.keys))
        for (name, subscriber) in subscribers { await subscriber.serve(Set(served(by: name))) }
        moveScan(since: old)
        await readWhatIsNew(change, since: old)
        for (name, watcher) in replyWatchers { await watcher.serve(served(by: name)) }
        arrangeReconciliations()
    }

    /// Whom this connector reads.
    func served(by connector: String) -> [MailboxAddress] {
        connectorOf.compactMap { $0.value == connector ? $0.key : nil }
    }

    static func driftRhythm(of setup: EngineSetup) -> Double? {
        let asking = setup.notifications?.sources.filter { $0.changes.methods.contains(.pull) } ?? []
        return asking.map(\.options.tempo.pollInterval).max()
    }

    private func forget(_ gone: Set<MailboxAddress>) {
        for mailbox in gone {
            agenda.forget(mailbox)
            boundaries.set(mailbox, at: nil)
            drift.forget(mailbox)
        }
        failures.forget(gone)
        reconciling.subtract(gone)
        scan?.round.drop(gone)
        for number in forced.keys { forced[number]?.drop(gone) }
        endFinishedReadings()
    }

    /// What served a connector until now.
    private struct FormerConnector {
        var name: String
        var reader: ConnectorReader?
        var subscriber: ConnectorSubscriber?
        var replyWatcher: ReplyWatcher?
    }

    private func detach(_ names: Set<String>) -> [FormerConnector] {
        names.map { name in
            reconciliations[name] = nil
            cancel(Deadline.reconciliation(name))
            return FormerConnector(
                name: name,
                reader: readers.removeValue(forKey: name),
                subscriber: subscribers.removeValue(forKey: name),
                replyWatcher: replyWatchers.removeValue(forKey: name)
            )
        }
    }

    private func makeReaders(_ names: Set<String>) {
        guard let ledger else { return }
        for source in setup.sources where names.contains(source.name) {
            readers[source.name] = makeReader(source, ledger: ledger)
        }
    }

    /// Ending subscriptions takes its time: nobody waits for it but a connection that takes the place of this one.
    private func close(_ former: [FormerConnector]) async {
        for connector in former {
            await connector.reader?.retire()
            await connector.replyWatcher?.stop()
            handOver(connector.name) { _ in
                await connector.subscriber?.stop()
                await connector.reader?.stop()
            }
        }
    }

    private func open(_ names: Set<String>) async {
        for name in names {
            handOver(name) { await $0.subscribe(name) }
            await watchReplies(name)
        }
        announceSubscriptions(names)
    }

    /// After all that was handed over for this connector before.
    private func handOver(_ connector: String, _ work: @escaping @Sendable (PresenceEngine) async -> Void) {
        let earlier = handovers[connector]
        handovers[connector] = Task {
            await earlier?.value
            await work(self)
        }
    }

    private func readWhatIsNew(_ change: ServiceChange, since old: EngineSetup) async {
        let order = nextOrder()
        guard setup.lookaheadDays <= old.lookaheadDays else { return await beginScan(order: order) }
        await read(Array(change.unread), order: order)
        if !change.unread.isEmpty {
            logger.info(
                "Reading for the first time or anew: \(change.unread.count) users",
                metadata: ["event": "reading-anew"]
            )
        }
        await endScanIfFinished()
    }

    /// The next scan comes as long after the last one as the new configuration says.
    private func moveScan(since old: EngineSetup) {
        guard setup.scanInterval != old.scanInterval, let planned = nextScanAt else { return }
        scheduleScan(at: max(scheduler.now, planned - old.scanInterval + setup.scanInterval))
    }
}
