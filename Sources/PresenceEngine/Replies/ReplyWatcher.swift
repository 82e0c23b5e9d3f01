package import Availability
import Foundation
package import Logging
import SerialQueue

/// Notices changes of a connector's automatic replies between the scans, of which no notification tells.
///
/// It carries out what its ``ReplyWatch`` decides. All requests go through the connector's reader, so that budgets and
/// pauses hold for everything that is asked of a server.
package actor ReplyWatcher {
    /// How the automatic replies of a connector are watched, for `status`.
    package enum Method: String, Sendable {
        /// By hints that have proven right.
        case hints
        /// By hints that have nothing to prove themselves with yet, and in rotation.
        case unproven
        /// By reading one mailbox after the other.
        case rotation
    }

    private let serial = SerialQueue(label: "freebusyd.replies")
    private let source: any ReplySource
    private let reader: ConnectorReader
    private let store: any PresenceStore
    private let scheduler: any Scheduler
    private let narrator: ReplyNarrator
    private var watch: ReplyWatch
    /// What the scheduler was last told.
    private var armed: Date?
    /// Requests under way, by number.
    private var requests: [Int: Task<Result<[ReplyHint], SourceFailure>, Never>] = [:]
    private var lastRequest = 0
    /// What is on its way to other actors.
    private var handovers: [Int: Task<Void, Never>] = [:]
    private var begun = 0
    /// Another wish to serve waits for the one before it.
    private var serving: Task<Void, Never>?
    private var isStopped = false

    package init(
        source: any ReplySource,
        reader: ConnectorReader,
        store: any PresenceStore,
        scheduler: any Scheduler,
        tempo: ReplyTempo = ReplyTempo(),
        logger: Logger
    ) {
        self.source = source
        self.reader = reader
        self.store = store
        self.scheduler = scheduler
        narrator = ReplyNarrator(connector: source.name, logger: logger)
        watch = ReplyWatch(tempo: tempo, asksForHints: source.hintObstacle == nil)
        if let obstacle = source.hintObstacle { narrator.cannotHint(obstacle) }
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// From now on these are watched, and no others; may be called at any time. Whoever calls this has those read that are
    /// new.
    package func serve(_ mailboxes: [MailboxAddress]) async {
        let before = serving
        let task = Task {
            await before?.value
            let stored = await self.recall(self.watch.strangers(in: mailboxes))
            self.begin(mailboxes, stored)
        }
        serving = task
        await task.value
    }

    /// What came of readings, whoever wanted them.
    package func ended(_ outcomes: [ReadingOutcome]) {
        guard !isStopped else { return }
        for outcome in outcomes where outcome.part == .automaticReply {
            if let reply = outcome.automaticReply {
                carryOut(watch.read(outcome.mailbox, reply, at: scheduler.now))
            } else {
                watch.failed(outcome.mailbox, at: scheduler.now)
            }
        }
        advance()
    }

    /// How it is done now.
    package func status() -> Method {
        guard source.hintObstacle == nil else { return .rotation }
        switch watch.trust.verdict {
        case .unproven: return .unproven
        case .trusted: return .hints
        case .distrusted: return .rotation
        }
    }

    /// Begins nothing more, and returns when nothing is under way.
    package func stop() async {
        isStopped = true
        scheduler.cancel(deadline)
        await serving?.value
        while let handover = handovers.first { await handover.value.value }
        await reader.dropErrands(of: .replies)
        for request in requests.values { request.cancel() }
        while let request = requests.first { _ = await request.value.value }
    }

    /// Returns when nothing is under way.
    package func idle() async {
        var before: Int
        repeat {
            before = begun
            while let handover = handovers.first { await handover.value.value }
            await reader.idle()
        } while begun != before || !handovers.isEmpty
    }

    private var deadline: String { "automatic replies \(source.name)" }

    /// A few at a time, as each record holds a whole calendar.
    private func recall(_ mailboxes: [MailboxAddress]) async -> [MailboxAddress: AutomaticReply] {
        var replies: [MailboxAddress: AutomaticReply] = [:]
        for start in stride(from: 0, to: mailboxes.count, by: 500) where !isStopped {
            do throws(StoreFailure) {
                for record in try await store.records(of: Array(mailboxes[start...].prefix(500))) {
                    replies[record.user.address] = record.knowledge.automaticReply?.reply
                }
            } catch {
                // They are about to be read, which tells the same.
                return replies
            }
        }
        return replies
    }

    private func begin(_ mailboxes: [MailboxAddress], _ stored: [MailboxAddress: AutomaticReply]) {
        guard !isStopped else { return }
        watch.serve(mailboxes, stored: stored, at: scheduler.now)
        arm()
    }

    // MARK: Doing

    private func advance() {
        guard !isStopped else { return }
        carryOut(watch.advance(at: scheduler.now, hintLimit: source.hintLimit))
        arm()
    }

    private func arm() {
        let next = watch.nextDeadline
        guard armed != next else { return }
        armed = next
        guard let next else { return scheduler.cancel(deadline) }
        scheduler.schedule(deadline, at: next) { [weak self] in await self?.timeCame() }
    }

    private func timeCame() {
        armed = nil
        advance()
    }

    private func carryOut(_ actions: [ReplyWatch.Action]) {
        let reader = reader
        for action in actions {
            switch action {
            case .hint(let mailboxes):
                handOver {
                    await reader.run(for: .replies) { () async throws(SourceFailure) -> Bool in
                        try await self.ask(about: mailboxes)
                    }
                }
            case .read(let mailboxes): handOver { await reader.readReplies(of: mailboxes) }
            case .tell(let verdict): narrator.tell(verdict, at: scheduler.now)
            }
        }
    }

    /// Sets another actor to work, in the order of the calls.
    private func handOver(_ work: @escaping @Sendable () async -> Void) {
        begun += 1
        let number = begun
        handovers[number] = Task {
            await work()
            self.handovers[number] = nil
        }
    }

    /// May be called again after it threw: the server could not be asked then.
    /// - Returns: whether the server was asked at all.
    private func ask(about mailboxes: [MailboxAddress]) async throws(SourceFailure) -> Bool {
        guard !isStopped else { return false }
        begun += 1
        lastRequest += 1
        let number = lastRequest
        let source = source
        let request = Task { () async -> Result<[ReplyHint], SourceFailure> in
            do throws(SourceFailure) {
                return .success(try await source.readReplyHints(of: mailboxes))
            } catch {
                return .failure(error)
            }
        }
        requests[number] = request
        let answer = await withTaskCancellationHandler {
            await request.value
        } onCancel: {
            request.cancel()
        }
        requests[number] = nil
        guard !isStopped else { return false }
        switch answer {
        case .success(let hints): carryOut(watch.hinted(mailboxes, hints, at: scheduler.now))
        case .failure(let error):
            // A request that the server chokes on must not hold up all others, again and again.
            guard error.isOfRequest else { throw error }
            carryOut(watch.refused(mailboxes, error, at: scheduler.now))
        }
        advance()
        return true
    }
}
