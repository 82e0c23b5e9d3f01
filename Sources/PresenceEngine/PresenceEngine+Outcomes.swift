import Availability
import Foundation
import Logging

/// What readers and ledger tell, and what follows for scans and for those who wait.
extension PresenceEngine {
    func decided(_ outcome: PresenceLedger.Outcome) async {
        for (mailbox, boundary) in outcome.nextBoundaries { boundaries.set(mailbox, at: boundary) }
        armBoundaries()
        guard !outcome.updates.isEmpty else { return }
        observer.committed(outcome.updates)
        for reading in forced.values { reading.tell(outcome.updates) }
        if !reconciling.isDisjoint(with: outcome.changedCalendars) { await compare(outcome.changedCalendars) }
    }

    fileprivate func connected(_ connector: String, to server: SourceServer) {
        observer.connected(connector, to: server)
        tellOfSubscriptions(connector)
    }

    fileprivate func ended(_ outcomes: [ReadingOutcome], connector: String) async {
        // Some may have gone while they were read.
        for outcome in outcomes where connectorOf[outcome.mailbox] != nil {
            if let failure = outcome.failure {
                if failure.diagnosis.isAbsence {
                    observer.missing(outcome.mailbox, from: connector, failure.diagnosis)
                }
                agenda.noteFailure(
                    of: outcome.part,
                    of: outcome.mailbox,
                    retry: failure.retry,
                    at: scheduler.now,
                    jitter: random()
                )
            } else if let coveredUntil = outcome.coveredUntil {
                agenda.noteCoverage(of: outcome.mailbox, until: coveredUntil)
            } else {
                agenda.noteAutomaticReply(of: outcome.mailbox)
            }
            scan?.round.note(outcome)
            if outcome.part == .calendar { reconciling.remove(outcome.mailbox) }
            // A reading that a notification brought about has no second half to wait for.
            if outcome.order > 0, let failure = failures.note(outcome) { tell(failure, of: outcome.mailbox) }
        }
        for number in forced.keys { forced[number]?.note(outcomes) }
        endFinishedReadings()
        armAgenda()
        await noteReplies(outcomes)
        await endScanIfFinished()
    }

    /// Those who wait for an order that this request was for wait no longer; a later order has its own request.
    fileprivate func failed(_ connector: String, with diagnosis: Diagnosis, order: Int) {
        let served = connectorOf.compactMap { $0.value == connector ? $0.key : nil }
        for number in forced.keys where number <= order {
            forced[number]?.giveUp(served, connector: connector, why: diagnosis)
        }
        endFinishedReadings()
    }

    /// Users whose connector is switched off are stored, but nobody reads them.
    func giveUpUnread(_ order: Int) {
        for (name, served) in Dictionary(grouping: connectorOf.keys, by: { connectorOf[$0] ?? "" })
        where readers[name] == nil {
            let diagnosis = Diagnosis(
                id: "config.not-set-up",
                summary: "The connector \(name) is switched off.",
                remedy: "Set enabled = true in its [[connector]] table and reload."
            )
            forced[order]?.giveUp(served, connector: name, why: diagnosis)
        }
        endFinishedReadings()
    }

    func endFinishedReadings() {
        for (number, reading) in forced where reading.isFinished {
            forced[number] = nil
            reading.finish()
        }
    }

    func letGo(of number: Int) {
        forced[number] = nil
    }

    /// Notes the end of a scan, whether it came to its end or another took its place.
    func finish(_ scan: RunningScan) async {
        do throws(StoreFailure) {
            try await store.finishScan(scan.number, at: scheduler.now.wholeSecond, failed: scan.round.failed.count)
        } catch {
            tell(error)
        }
    }

    func endScanIfFinished() async {
        guard let scan, scan.round.isFinished else { return }
        self.scan = nil
        let now = scheduler.now
        let failed = scan.round.failed.count
        await finish(scan)
        let length = AgeText.text(now.timeIntervalSince(scan.startedAt))
        logger.notice(
            "Scan finished: \(scan.round.total) users in \(length), \(failed) failed",
            metadata: ["event": "scan-finished"]
        )
    }

    func tell(_ error: StoreFailure) {
        logger.error(
            "\(error.diagnosis.summary) \(error.diagnosis.remedy)",
            metadata: ["diagnosis": .stringConvertible(error.diagnosis)]
        )
    }

    private func tell(_ failure: MailboxFailure, of mailbox: MailboxAddress) {
        logger.warning(
            "Cannot read \(mailbox): \(failure.diagnosis.summary) \(failure.diagnosis.remedy)",
            metadata: [
                "user": "\(mailbox)", "connector": "\(connectorOf[mailbox] ?? "")",
                "diagnosis": .stringConvertible(failure.diagnosis),
            ]
        )
    }
}

/// Readers are owned by the engine and must not own it in turn.
final class WeakObserver: ReadingObserver {
    private weak let engine: PresenceEngine?

    init(engine: PresenceEngine) {
        self.engine = engine
    }

    func connected(_ connector: String, to server: SourceServer) async {
        await engine?.connected(connector, to: server)
    }

    func ended(_ outcomes: [ReadingOutcome], connector: String) async {
        await engine?.ended(outcomes, connector: connector)
    }

    func failed(_ connector: String, with diagnosis: Diagnosis, order: Int) async {
        await engine?.failed(connector, with: diagnosis, order: order)
    }
}
