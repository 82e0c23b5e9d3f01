package import Availability
import Foundation
package import Logging
import SerialQueue

/// Keeps one source busy, but not too busy: reads what is dirty, in as few requests as the moment allows.
///
/// Calendars go in batches, and a second batch at the same time only while full ones wait. Automatic replies cost a
/// request each; they share what room is left with errands, requests of another kind that others want made. What was
/// read is handed to the ledger before the next request goes out, so that no more is in memory than is under way.
package actor ConnectorReader {
    /// A request that is no reading; returns whether the source was asked at all. One that throws is made again when the
    /// source can be asked again.
    package typealias Errand = @Sendable () async throws(SourceFailure) -> Bool

    /// Who wants an errand made.
    package enum Errander: Hashable, Sendable {
        case subscriptions
        case replies
    }

    private static let calendarRequests = 3

    private let serial = SerialQueue(label: "freebusyd.reader")
    let source: any CalendarSource
    let ledger: PresenceLedger
    let observer: any ReadingObserver
    let scheduler: any Scheduler
    private(set) var daysAhead: Int
    private let random: @Sendable () -> Double
    private let logger: Logger

    private var health = ConnectorHealth()
    var calendars = ReadQueue()
    var replies = ReadQueue()
    var calendarRequestsUnderWay = 0
    private var errands: [(errander: Errander, errand: Errand)] = []
    /// Errands and automatic replies take turns.
    private var isErrandsTurn = true
    private var requests: [Int: Task<Void, Never>] = [:]
    private var lastRequest = 0
    private(set) var isStopped = false

    /// - Parameters:
    ///   - daysAhead: how many whole days a reading of a calendar covers.
    ///   - random: numbers from 0 up to 1, to spread retries.
    package init(
        source: any CalendarSource,
        ledger: PresenceLedger,
        observer: any ReadingObserver,
        scheduler: any Scheduler,
        daysAhead: Int,
        random: @escaping @Sendable () -> Double,
        logger: Logger
    ) {
        self.source = source
        self.ledger = ledger
        self.observer = observer
        self.scheduler = scheduler
        self.daysAhead = daysAhead
        self.random = random
        self.logger = logger
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// These mailboxes must be read, calendar and automatic reply.
    ///
    /// - Parameter order: the number of this order; rises with every order.
    package func read(_ mailboxes: [MailboxAddress], order: Int) {
        let replyCount = replies.count
        for mailbox in mailboxes {
            calendars.mark(.init(mailbox, order: order))
            replies.mark(.init(mailbox, order: order))
        }
        if replyCount == 0, health.phase == .online { tellOfReplies() }
        pump()
    }

    /// These calendars may have changed. Automatic replies are left alone: no notification tells of them.
    package func readCalendars(of mailboxes: [MailboxAddress]) {
        for mailbox in mailboxes { calendars.mark(.init(mailbox, order: 0)) }
        pump()
    }

    /// These are read no more. What is under way for them comes in all the same.
    package func forget(_ mailboxes: Set<MailboxAddress>) {
        calendars.remove(mailboxes)
        replies.remove(mailboxes)
    }

    /// From the next reading on, calendars are read for so many whole days.
    package func look(daysAhead: Int) { self.daysAhead = daysAhead }

    /// These automatic replies may have changed.
    package func readReplies(of mailboxes: [MailboxAddress]) {
        for mailbox in mailboxes { replies.mark(.init(mailbox, order: 0)) }
        pump()
    }

    /// Makes this request when its turn comes.
    package func run(for errander: Errander = .subscriptions, _ errand: @escaping Errand) {
        guard !isStopped else { return }
        errands.append((errander, errand))
        pump()
    }

    /// Forgets the errands of one that have not begun.
    package func dropErrands(of errander: Errander = .subscriptions) {
        errands.removeAll { $0.errander == errander }
    }

    /// Ends a pause or a refusal: an administrator wants to know now.
    package func tryNow() async {
        await source.allowAnotherAttempt()
        health.tryAgain()
        pump()
    }

    /// Whether the connector answers, and the newest failure.
    package func status() -> (phase: ConnectorHealth.Phase, failure: StoredFailure?) { (health.phase, health.failure) }

    /// Returns when no request is under way.
    package func idle() async {
        while let request = requests.first { await request.value.value }
    }

    /// Begins nothing more, and lets another reader of the same name take over; what is under way comes to its end.
    package func retire() {
        guard !isStopped else { return }
        isStopped = true
        errands = []
        scheduler.cancel(retryDeadline)
    }

    /// Cancels what is under way and reads nothing more.
    package func stop() async {
        retire()
        for request in requests.values { request.cancel() }
        await idle()
    }

    private var retryDeadline: String { "retry \(source.name)" }

    private func pump() {
        guard !isStopped else { return }
        while requests.count < health.allowance(limit: source.concurrencyLimit), startRequest() {}
    }

    /// - Returns: whether there was something to request.
    private func startRequest() -> Bool {
        let isFirst = calendarRequestsUnderWay == 0
        let isFull = calendars.count >= source.batchLimit && calendarRequestsUnderWay < Self.calendarRequests
        if isFirst || isFull {
            let batch = calendars.take(upTo: source.batchLimit)
            if !batch.isEmpty {
                calendarRequestsUnderWay += 1
                start { await self.readCalendars(of: batch) }
                return true
            }
        }
        return isErrandsTurn ? startErrand() || startReply() : startReply() || startErrand()
    }

    private func startReply() -> Bool {
        guard let entry = replies.take(upTo: 1).first else { return false }
        isErrandsTurn = true
        start { await self.readReply(of: entry) }
        return true
    }

    private func startErrand() -> Bool {
        guard !errands.isEmpty else { return false }
        let (errander, errand) = errands.removeFirst()
        isErrandsTurn = false
        start { await self.make(errand, for: errander) }
        return true
    }

    private func start(_ request: @escaping @Sendable () async -> Void) {
        lastRequest += 1
        let number = lastRequest
        requests[number] = Task {
            await request()
            self.ended(number)
        }
    }

    private func ended(_ number: Int) {
        requests[number] = nil
        pump()
    }

    private func make(_ errand: @escaping Errand, for errander: Errander) async {
        do throws(SourceFailure) {
            if try await errand() { await answered() }
        } catch {
            if !isStopped { errands.insert((errander, errand), at: 0) }
            await failed(error, orders: [])
        }
    }

    func answered() async {
        guard health.succeeded() else { return }
        await observer.connected(source.name, to: await source.server())
        if replies.count > 0 { tellOfReplies() }
        pump()
    }

    private func tellOfReplies() {
        logger.info(
            "Reading automatic-reply settings of: \(replies.count) users",
            metadata: ["event": "replies-read", "connector": "\(source.name)"]
        )
    }

    func failed(_ error: SourceFailure, orders: [ReadQueue.Entry]) async {
        guard !isStopped else { return }
        let isNews = health.failed(error, at: scheduler.now, jitter: random())
        if isNews { tell(error) }
        if case .waiting(let until) = health.phase {
            scheduler.schedule(retryDeadline, at: until) { [weak self] in await self?.retry() }
        } else {
            scheduler.cancel(retryDeadline)
        }
        await observer.failed(source.name, with: error.diagnosis, order: orders.map(\.order).max() ?? 0)
    }

    private func retry() {
        health.endPause()
        pump()
    }

    private func tell(_ error: SourceFailure) {
        logger.error(
            "Connector \(source.name): \(error.diagnosis.summary) \(error.diagnosis.remedy)",
            metadata: ["connector": "\(source.name)", "diagnosis": .stringConvertible(error.diagnosis)]
        )
    }
}
