import Availability
import Foundation
import Logging

/// What happens at a time: the scan, the reading of what runs out, and presences crossing their boundaries.
extension PresenceEngine {
    enum Deadline {
        static let scan = "scan"
        static let agenda = "agenda"
        static let boundaries = "boundaries"
        static let drift = "drift"
        static let all = [scan, agenda, boundaries, drift]

        static func reconciliation(_ connector: String) -> String { "reconcile \(connector)" }
    }

    func beginScan(order: Int) async {
        let mailboxes = connectorOf.compactMap { readers[$0.value] == nil ? nil : $0.key }
        let now = scheduler.now
        scheduleScan(at: now + setup.scanInterval)
        do throws(StoreFailure) {
            let number = try await store.beginScan(at: now.wholeSecond, mailboxes: mailboxes.count)
            let begun = RunningScan(number: number, round: ReadingRound(mailboxes, order: order), startedAt: now)
            // Of two that began together the later order is the one that counts; the other ends where it is.
            let isNewest = scan.map { $0.round.order < order } ?? true
            if let replaced = isNewest ? scan : begun { await finish(replaced) }
            if isNewest { scan = begun }
        } catch {
            tell(error)
        }
        logger.info(
            "Scanning the next \(setup.lookaheadDays) days of: \(mailboxes.count) users",
            metadata: ["event": "scan-started"]
        )
        await read(mailboxes, order: order)
        await endScanIfFinished()
    }

    func scheduleScan(at time: Date) {
        nextScanAt = time
        schedule(Deadline.scan, at: time) { await $0.beginScan(order: await $0.nextOrder()) }
    }

    func read(_ mailboxes: [MailboxAddress], order: Int) async {
        for (name, served) in Dictionary(grouping: mailboxes, by: { connectorOf[$0] ?? "" }) {
            await readers[name]?.read(served, order: order)
        }
    }

    /// Deadlines have the same names in every engine: one that was stopped must not take them from its successor.
    func schedule(
        _ name: String,
        at time: Date,
        action: @escaping @Sendable (PresenceEngine) async -> Void
    ) {
        // Most readings move no deadline, and each schedule is a hop to another queue.
        guard !isStopped, armed[name] != time else { return }
        armed[name] = time
        scheduler.schedule(name, at: time) { [weak self] in
            guard let self else { return }
            await self.disarm(name)
            await action(self)
        }
    }

    private func disarm(_ name: String) {
        armed[name] = nil
    }

    func cancel(_ name: String) {
        guard armed.removeValue(forKey: name) != nil else { return }
        scheduler.cancel(name)
    }

    func armAgenda() {
        guard !isStopped else { return }
        guard let earliest = agenda.earliest else { return cancel(Deadline.agenda) }
        schedule(Deadline.agenda, at: earliest) { await $0.readDue() }
    }

    private func readDue() async {
        let due = agenda.popDue(at: scheduler.now).filter { connectorOf[$0] != nil }
        if !due.isEmpty {
            logger.info("Reading again before the scan: \(due.count) users", metadata: ["event": "reading-again"])
            await read(due, order: nextOrder())
        }
        armAgenda()
    }

    func armBoundaries() {
        guard !isStopped else { return }
        guard let earliest = boundaries.earliest else { return cancel(Deadline.boundaries) }
        schedule(Deadline.boundaries, at: earliest) { await $0.crossBoundaries() }
    }

    private func crossBoundaries() async {
        await assess(boundaries.popDue(at: scheduler.now))
    }

    /// Shows of these what follows from what is stored; where it cannot be written now, a little later.
    func assess(_ mailboxes: some Collection<MailboxAddress> & Sendable) async {
        do throws(StoreFailure) {
            try await ledger?.submit(mailboxes.map { MailboxNews($0) })
        } catch {
            tell(error)
            let again = scheduler.now + 5
            for mailbox in mailboxes where boundaries.deadline(of: mailbox).map({ $0 > again }) ?? true {
                boundaries.set(mailbox, at: again)
            }
        }
        armBoundaries()
    }
}
