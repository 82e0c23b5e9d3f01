package import Availability
import Foundation
package import Logging
import SerialQueue

/// Keeps every user's presence right: reads all calendars at start and at each scan, again before what is known runs
/// out, and lets the clock flip presences at their boundaries from what is stored, also while no server answers.
///
/// The database is the truth. In memory are only deadlines, who is being read, and readings that somebody waits for.
package actor PresenceEngine {
    private let serial = SerialQueue(label: "freebusyd.engine", qos: .userInitiated)
    var setup: EngineSetup
    let store: any PresenceStore
    let scheduler: any Scheduler
    let observer: any EngineObserver
    let random: @Sendable () -> Double
    let logger: Logger

    var readers: [String: ConnectorReader] = [:]
    var subscribers: [String: ConnectorSubscriber] = [:]
    var replyWatchers: [String: ReplyWatcher] = [:]
    /// How many mailboxes are to be subscribed to, of connectors that have not answered yet.
    var untold: [String: Int] = [:]
    var ledger: PresenceLedger?
    var connectorOf: [MailboxAddress: String] = [:]
    var agenda = ReadingAgenda()
    var failures = FailureDigest()
    var boundaries = DeadlineHeap<MailboxAddress>()
    /// What the scheduler was last told, by name.
    var armed: [String: Date] = [:]
    var scan: RunningScan?
    var forced: [Int: ForcedReading] = [:]
    private var lastOrder = 0
    var nextScanAt: Date?
    var reconciliations: [String: Reconciliation] = [:]
    /// Mailboxes that a reconciliation has read or is about to.
    var reconciling: Set<MailboxAddress> = []
    var drift: DriftWatch
    var missedChanges = 0
    /// By connector: what of former connections is still being ended, and what begins after it.
    var handovers: [String: Task<Void, Never>] = [:]
    /// Whether nothing new is begun.
    var isStopping = false
    var isStopped = false

    /// The scan under way.
    struct RunningScan {
        var number: Int64
        var round: ReadingRound
        var startedAt: Date
    }

    /// - Parameter random: numbers from 0 up to 1, to spread retries.
    package init(
        _ setup: EngineSetup,
        store: any PresenceStore,
        scheduler: any Scheduler,
        observer: any EngineObserver,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger
    ) {
        self.setup = setup
        self.store = store
        self.scheduler = scheduler
        self.observer = observer
        self.random = random
        self.logger = logger
        drift = DriftWatch(rhythm: Self.driftRhythm(of: setup))
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// Brings every presence up to the present from what is stored, then begins a scan.
    ///
    /// - Throws: where the database cannot be read; the engine is then not running.
    package func start() async throws(StoreFailure) {
        let ledger = makeLedger()
        self.ledger = ledger
        let users = try await store.agenda()
        for entry in users where entry.user.isEnabled {
            connectorOf[entry.user.address] = entry.user.connector
            if let coveredUntil = entry.coveredUntil {
                agenda.noteCoverage(of: entry.user.address, until: coveredUntil)
            }
        }
        try await ledger.submit(connectorOf.keys.map { MailboxNews($0) })
        for source in setup.sources {
            readers[source.name] = makeReader(source, ledger: ledger)
        }
        announceSubscriptions(Set(readers.keys))
        await beginScan(order: nextOrder())
        for name in readers.keys {
            await subscribe(name)
            await watchReplies(name)
        }
        arrangeReconciliations()
    }

    /// Stops reading and deciding; returns when nothing is under way any more.
    package func stop() async {
        isStopping = true
        await stopWatchingReplies()
        // Ending ten thousand subscriptions takes its time, in which presences go on crossing their boundaries.
        await withTaskGroup { group in
            for subscriber in subscribers.values { group.addTask { await subscriber.stop() } }
            for handover in handovers.values { group.addTask { await handover.value } }
        }
        isStopped = true
        for name in Deadline.all + reconciliations.keys.map(Deadline.reconciliation) { scheduler.cancel(name) }
        for reader in readers.values { await reader.stop() }
        await ledger?.idle()
        let interrupted = Diagnosis(
            id: "control.interrupted",
            summary: "The daemon was reloaded or stopped before everything was read.",
            remedy: "Ask again when `freebusyctl status` answers."
        )
        for (name, served) in Dictionary(grouping: connectorOf.keys, by: { connectorOf[$0] ?? "" }) {
            for number in forced.keys { forced[number]?.giveUp(served, connector: name, why: interrupted) }
        }
        endFinishedReadings()
    }

    /// Reads these users now, or all, also through connectors that are pausing.
    package func force(_ mailboxes: [MailboxAddress]? = nil) async -> AsyncStream<ForceProgress> {
        let wanted = (mailboxes ?? Array(connectorOf.keys)).filter { connectorOf[$0] != nil }
        let (stream, continuation) = AsyncStream.makeStream(of: ForceProgress.self)
        let order = nextOrder()
        forced[order] = ForcedReading(wanted, order: order, continuation: continuation)
        // Whoever no longer waits for it lets go of it; what was asked for is read all the same.
        continuation.onTermination = { [weak self] _ in
            Task { await self?.letGo(of: order) }
        }
        logger.notice("Reading now on request: \(wanted.count) users", metadata: ["event": "reading-on-request"])
        giveUpUnread(order)
        if mailboxes == nil { await beginScan(order: order) } else { await read(wanted, order: order) }
        for name in Set(wanted.compactMap { connectorOf[$0] }) { await readers[name]?.tryNow() }
        return stream
    }

    /// How the connectors are, and when the next scan is due.
    package func status() async -> EngineStatus {
        var connectors: [EngineStatus.Connector] = []
        for source in setup.sources {
            guard let reader = readers[source.name] else { continue }
            let (phase, failure) = await reader.status()
            let subscriptions = await subscribers[source.name]?.status()
            connectors.append(
                EngineStatus.Connector(
                    name: source.name,
                    phase: phase,
                    server: await source.server(),
                    failure: failure ?? subscriptions?.failure,
                    notification: subscriptions?.method,
                    subscriptions: subscriptions?.counts ?? SubscriptionCounts(),
                    automaticReplies: await replyWatchers[source.name]?.status()
                )
            )
        }
        return EngineStatus(connectors: connectors, nextScanAt: nextScanAt, missedChanges: missedChanges)
    }

    /// What tells of the changes of `mailbox` now, if anything does.
    package func subscription(of mailbox: MailboxAddress) async -> Subscription? {
        await subscribers[connectorOf[mailbox] ?? ""]?.subscription(of: mailbox)
    }

    /// Returns when nothing is being read.
    package func idle() async {
        for reader in readers.values { await reader.idle() }
    }

    /// The number of a new order to read; see ``ReadingRound/order``.
    func nextOrder() -> Int {
        lastOrder += 1
        return lastOrder
    }

    private func makeLedger() -> PresenceLedger {
        PresenceLedger(store: store, hooks: setup.hooks, rules: setup.rules, clock: scheduler) { [weak self] outcome in
            await self?.decided(outcome)
        }
    }

    func makeReader(_ source: any CalendarSource, ledger: PresenceLedger) -> ConnectorReader {
        ConnectorReader(
            source: source,
            ledger: ledger,
            observer: WeakObserver(engine: self),
            scheduler: scheduler,
            daysAhead: setup.lookaheadDays + 1,
            random: random,
            logger: logger
        )
    }
}
