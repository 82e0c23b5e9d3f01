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
    private let setup: EngineSetup
    private let store: any PresenceStore
    private let scheduler: any Scheduler
    private let observer: any EngineObserver
    private let random: @Sendable () -> Double
    private let logger: Logger

    private var readers: [String: ConnectorReader] = [:]
    private var ledger: PresenceLedger?
    private var connectorOf: [MailboxAddress: String] = [:]
    private var agenda = ReadingAgenda()
    private var boundaries = DeadlineHeap<MailboxAddress>()
    private var scan: RunningScan?
    private var forced: [Int: ForcedReading] = [:]
    private var lastForced = 0
    private var nextScanAt: Date?

    private struct RunningScan {
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
        await beginScan()
    }

    /// Stops reading and deciding; returns when nothing is under way any more.
    package func stop() async {
        for name in [Deadline.scan, Deadline.agenda, Deadline.boundaries] { scheduler.cancel(name) }
        for reader in readers.values { await reader.stop() }
        for reading in forced.values { reading.finish() }
        forced = [:]
    }

    /// Reads these users now, or all, also through connectors that are pausing.
    package func force(_ mailboxes: [MailboxAddress]? = nil) async -> AsyncStream<ForceProgress> {
        let wanted = (mailboxes ?? Array(connectorOf.keys)).filter { connectorOf[$0] != nil }
        let (stream, continuation) = AsyncStream.makeStream(of: ForceProgress.self)
        let reading = ForcedReading(wanted, continuation: continuation)
        guard !wanted.isEmpty else {
            reading.finish()
            return stream
        }
        lastForced += 1
        let number = lastForced
        forced[number] = reading
        // Whoever no longer waits for it lets go of it; what was asked for is read all the same.
        continuation.onTermination = { [weak self] _ in
            Task { await self?.letGo(of: number) }
        }
        logger.notice("Reading now on request: \(wanted.count) users")
        if mailboxes == nil { await beginScan() } else { await read(wanted) }
        for name in Set(wanted.compactMap { connectorOf[$0] }) { await readers[name]?.tryNow() }
        return stream
    }

    /// How the connectors are, and when the next scan is due.
    package func status() async -> EngineStatus {
        var connectors: [EngineStatus.Connector] = []
        for source in setup.sources {
            guard let reader = readers[source.name] else { continue }
            let (phase, failure) = await reader.status()
            connectors.append(.init(name: source.name, phase: phase, server: await source.server(), failure: failure))
        }
        return EngineStatus(connectors: connectors, nextScanAt: nextScanAt)
    }

    /// Returns when nothing is being read.
    package func idle() async {
        for reader in readers.values { await reader.idle() }
    }

    private func makeLedger() -> PresenceLedger {
        PresenceLedger(store: store, hooks: setup.hooks, rules: setup.rules, clock: scheduler) { [weak self] outcome in
            await self?.decided(outcome)
        }
    }

    private func makeReader(_ source: any CalendarSource, ledger: PresenceLedger) -> ConnectorReader {
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

// MARK: - Deadlines

extension PresenceEngine {
    private enum Deadline {
        static let scan = "scan"
        static let agenda = "agenda"
        static let boundaries = "boundaries"
    }

    private func beginScan() async {
        let mailboxes = Array(connectorOf.keys)
        let now = scheduler.now
        let next = now + setup.scanInterval
        nextScanAt = next
        scheduler.schedule(Deadline.scan, at: next) { [weak self] in await self?.beginScan() }
        do throws(StoreFailure) {
            let number = try await store.beginScan(at: now.wholeSecond, mailboxes: mailboxes.count)
            scan = RunningScan(number: number, round: ReadingRound(mailboxes), startedAt: now)
        } catch {
            tell(error)
        }
        logger.info("Scanning the next \(setup.lookaheadDays) days of: \(mailboxes.count) users")
        await read(mailboxes)
        await endScanIfFinished()
    }

    private func read(_ mailboxes: [MailboxAddress]) async {
        for (name, served) in Dictionary(grouping: mailboxes, by: { connectorOf[$0] ?? "" }) {
            await readers[name]?.read(served)
        }
    }

    private func armAgenda() {
        guard let earliest = agenda.earliest else { return scheduler.cancel(Deadline.agenda) }
        scheduler.schedule(Deadline.agenda, at: earliest) { [weak self] in await self?.readDue() }
    }

    private func readDue() async {
        let due = agenda.popDue(at: scheduler.now).filter { connectorOf[$0] != nil }
        if !due.isEmpty {
            logger.info("Reading again before the scan: \(due.count) users")
            await read(due)
        }
        armAgenda()
    }

    private func armBoundaries() {
        guard let earliest = boundaries.earliest else { return scheduler.cancel(Deadline.boundaries) }
        scheduler.schedule(Deadline.boundaries, at: earliest) { [weak self] in await self?.crossBoundaries() }
    }

    private func crossBoundaries() async {
        let due = boundaries.popDue(at: scheduler.now)
        do throws(StoreFailure) {
            try await ledger?.submit(due.map { MailboxNews($0) })
        } catch {
            tell(error)
            let again = scheduler.now + 5
            for mailbox in due where boundaries.deadline(of: mailbox) == nil { boundaries.set(mailbox, at: again) }
        }
        armBoundaries()
    }
}

// MARK: - What readers and ledger tell

extension PresenceEngine {
    private func decided(_ outcome: PresenceLedger.Outcome) {
        for (mailbox, boundary) in outcome.nextBoundaries { boundaries.set(mailbox, at: boundary) }
        armBoundaries()
        guard !outcome.updates.isEmpty else { return }
        observer.committed(outcome.updates)
        for reading in forced.values { reading.tell(outcome.updates) }
    }

    fileprivate func connected(_ connector: String, to server: SourceServer) {
        observer.connected(connector, to: server)
    }

    fileprivate func ended(_ outcomes: [ReadingOutcome]) async {
        for outcome in outcomes {
            if let failure = outcome.failure {
                agenda.noteFailure(
                    of: outcome.part,
                    of: outcome.mailbox,
                    retry: failure.retry,
                    at: scheduler.now,
                    jitter: random()
                )
                tell(failure, of: outcome.mailbox)
            } else if let coveredUntil = outcome.coveredUntil {
                agenda.noteCoverage(of: outcome.mailbox, until: coveredUntil)
            } else {
                agenda.noteAutomaticReply(of: outcome.mailbox)
            }
            scan?.round.note(outcome.part, of: outcome.mailbox, succeeded: outcome.failure == nil)
        }
        for number in forced.keys { forced[number]?.note(outcomes) }
        endFinishedReadings()
        armAgenda()
        await endScanIfFinished()
    }

    fileprivate func failed(_ connector: String, with diagnosis: Diagnosis) {
        let served = connectorOf.compactMap { $0.value == connector ? $0.key : nil }
        for number in forced.keys { forced[number]?.giveUp(served, connector: connector, why: diagnosis) }
        endFinishedReadings()
    }

    private func endFinishedReadings() {
        for (number, reading) in forced where reading.isFinished {
            forced[number] = nil
            reading.finish()
        }
    }

    private func letGo(of number: Int) {
        forced[number] = nil
    }

    private func endScanIfFinished() async {
        guard let scan, scan.round.isFinished else { return }
        self.scan = nil
        let now = scheduler.now
        let failed = scan.round.failed.count
        do throws(StoreFailure) {
            try await store.finishScan(scan.number, at: now.wholeSecond, failed: failed)
        } catch {
            tell(error)
        }
        let length = AgeText.text(now.timeIntervalSince(scan.startedAt))
        logger.notice("Scan finished: \(scan.round.total) users in \(length), \(failed) failed")
    }

    private func tell(_ error: StoreFailure) {
        logger.error(
            "\(error.diagnosis.summary) \(error.diagnosis.remedy)",
            metadata: ["diagnosis": "\(error.diagnosis.id)"]
        )
    }

    private func tell(_ failure: MailboxFailure, of mailbox: MailboxAddress) {
        logger.warning(
            "Cannot read \(mailbox): \(failure.diagnosis.summary) \(failure.diagnosis.remedy)",
            metadata: ["user": "\(mailbox)", "diagnosis": "\(failure.diagnosis.id)"]
        )
    }
}

/// Readers are owned by the engine and must not own it in turn.
private final class WeakObserver: ReadingObserver {
    private weak let engine: PresenceEngine?

    init(engine: PresenceEngine) {
        self.engine = engine
    }

    func connected(_ connector: String, to server: SourceServer) async {
        await engine?.connected(connector, to: server)
    }

    func ended(_ outcomes: [ReadingOutcome], connector: String) async {
        await engine?.ended(outcomes)
    }

    func failed(_ connector: String, with diagnosis: Diagnosis) async {
        await engine?.failed(connector, with: diagnosis)
    }
}
