import Availability
import Foundation
import Logging
import SerialQueue
import Store

/// Looks for mailboxes that their connector does not have at the other connectors, remembers what it finds, and lets the
/// users be applied anew where one is to be read through another.
///
/// Mailboxes are looked for one after the other, ``SearchPlan/most`` in a round and then a pause, so that a server that
/// suddenly has none of them makes no storm at the others.
actor MailboxFinder {
    /// Who serves whom now, as far as it matters here.
    struct Places: Sendable {
        /// The connector of the configuration, of each user who may be moved.
        var homes: [MailboxAddress: String]
        /// The connector through which each user is read.
        var connectorOf: [MailboxAddress: String]
        /// Of the connectors that run, in the order of the configuration.
        var sources: [any CalendarSource]
    }

    /// Where answers come from and changes go to.
    struct Surroundings: Sendable {
        /// `nil` while nothing runs.
        var places: @Sendable () async -> Places?
        /// The remembered moves are others than before.
        var movesChanged: @Sendable () async throws -> Void
    }

    private static let deadline = "mailbox search"
    /// In seconds, from the first absence to the round: the others of the same reading come with it.
    private static let gathering: TimeInterval = 1
    /// In seconds, from one round to the next, and before what could not be applied is tried again.
    private static let pause: TimeInterval = 10
    private static let applyingAgain: TimeInterval = 60

    /// In the order in which they were reported.
    private var waiting: [MailboxAbsence] = []
    private var isWaiting: Set<MailboxAddress> = []
    /// Somebody wants these looked for at once.
    private var urgent: Set<MailboxAddress> = []
    /// Whether moves are stored that were not applied yet.
    private var owesChange = false
    private var isArmed = false
    private var isStopped = false
    /// The round that is under way.
    private(set) var searching: Task<Void, Never>?

    private let serial = SerialQueue(label: "freebusyd.finder", qos: .utility)
    private let database: PresenceDatabase
    private let scheduler: any Scheduler
    private let surroundings: Surroundings
    private let narrator: SearchNarrator

    init(database: PresenceDatabase, scheduler: any Scheduler, surroundings: Surroundings, logger: Logger) {
        self.database = database
        self.scheduler = scheduler
        self.surroundings = surroundings
        narrator = SearchNarrator(logger: logger)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// Takes a report; does not wait for what comes of it.
    nonisolated func note(_ absence: MailboxAbsence) {
        Task { await take(absence) }
    }

    /// As ``note(_:)``, and returns when the mailbox is waiting to be looked for.
    func take(_ absence: MailboxAbsence) {
        guard !isStopped, isWaiting.insert(absence.mailbox).inserted else { return }
        waiting.append(absence)
        arm(after: Self.gathering)
    }

    /// These mailboxes, or all, are looked for at once where they are missed again.
    func allow(_ mailboxes: [MailboxAddress]?) async {
        // Who was never looked for needs no leave.
        guard let known = try? await database.searches().keys else { return }
        urgent.formUnion(mailboxes.map { $0.filter(known.contains) } ?? Array(known))
    }

    /// Ends what is under way, for good.
    func stop() async {
        isStopped = true
        scheduler.cancel(Self.deadline)
        searching?.cancel()
        await searching?.value
        scheduler.cancel(Self.deadline)
    }

    private func arm(after delay: TimeInterval) {
        guard !isStopped, !isArmed, searching == nil else { return }
        isArmed = true
        scheduler.schedule(Self.deadline, at: scheduler.now + delay) { [weak self] in await self?.begin() }
    }

    private func begin() {
        isArmed = false
        guard !isStopped, searching == nil else { return }
        searching = Task { await goRound() }
    }

    private func goRound() async {
        do {
            try await search()
            if owesChange {
                try await surroundings.movesChanged()
                owesChange = false
            }
        } catch {
            // What was called off has not failed.
            if !Task.isCancelled { narrator.failed(error) }
        }
        searching = nil
        if !waiting.isEmpty {
            arm(after: Self.pause)
        } else if owesChange {
            arm(after: Self.applyingAgain)
        }
    }

    private func search() async throws {
        guard !waiting.isEmpty, let places = await surroundings.places() else { return }
        let now = scheduler.now.wholeSecond
        let plan = SearchPlan(
            homes: places.homes,
            connectorOf: places.connectorOf,
            running: places.sources.map(\.name),
            known: try await database.searches(),
            now: now
        )
        var reading = SearchReading(places.sources, window: TimeWindow(start: now, end: now + 86_400))
        var asked = 0
        while asked < SearchPlan.most, !waiting.isEmpty, !Task.isCancelled {
            let absence = waiting.removeFirst()
            isWaiting.remove(absence.mailbox)
            let isUrgent = urgent.contains(absence.mailbox)
            guard let question = plan.question(absence, isUrgent: isUrgent) else { continue }
            asked += 1
            urgent.remove(absence.mailbox)
            let answers = await reading.answers(to: question)
            guard !Task.isCancelled else { return }
            let search = plan.search(question, answers)
            try await database.keep([search])
            let place = search.connector ?? search.home
            if place != absence.connector {
                owesChange = true
                narrator.moved(search, from: absence.connector)
            } else {
                narrator.missing(search, absence)
            }
        }
    }
}
