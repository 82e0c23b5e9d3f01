package import Availability
package import Foundation
import SerialQueue

/// The one writer: takes news of mailboxes, decides what follows, and writes it with the hooks' events in one
/// transaction.
///
/// Natural batching again: while one transaction is being written, news collects, merged by mailbox; the next
/// transactions take all of it. Reading, deciding and writing a user is never interleaved with another change of the
/// same user.
package actor PresenceLedger {
    /// How many users one transaction takes: bounds what is in memory and how long the database is busy.
    private static let usersPerTransaction = 500

    private let serial = SerialQueue(label: "freebusyd.ledger", qos: .userInitiated)
    private let store: any PresenceStore
    private var hooks: [HookRegistration]
    private var rules: PresenceRules
    private let clock: any WallClock
    private let onDecided: @Sendable (Outcome) async -> Void

    private var pending: [MailboxAddress: MailboxNews] = [:]
    private var waiters: [CheckedContinuation<Result<Void, StoreFailure>, Never>] = []
    /// Set while transactions are being written.
    private var writing: Task<Void, Never>?
    /// Whether somebody else writes at the moment.
    private var isHeld = false

    /// What a transaction brought about.
    package struct Outcome: Sendable {
        /// When each user that was looked at must be looked at again.
        package var nextBoundaries: [MailboxAddress: Date?] = [:]
        /// What was written.
        package var updates: [UserUpdate] = []
        /// Whose calendars tell something else than before about the same time.
        package var changedCalendars: Set<MailboxAddress> = []
    }

    /// - Parameters:
    ///   - hooks: who is told of changes.
    ///   - onDecided: called after each transaction, before those who brought the news are answered.
    package init(
        store: any PresenceStore,
        hooks: [HookRegistration],
        rules: PresenceRules,
        clock: any WallClock,
        onDecided: @escaping @Sendable (Outcome) async -> Void
    ) {
        self.store = store
        self.hooks = hooks
        self.rules = rules
        self.clock = clock
        self.onDecided = onDecided
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// Takes in `news` and returns when it is written.
    /// - Throws: where it could not be written; then none of it may be taken as known.
    package func submit(_ news: [MailboxNews]) async throws(StoreFailure) {
        guard !news.isEmpty else { return }
        for item in news {
            if pending[item.mailbox]?.merge(item) == nil { pending[item.mailbox] = item }
        }
        let result = await withCheckedContinuation { waiter in
            waiters.append(waiter)
            writeWhatWaits()
        }
        try result.get()
    }

    /// Has `work` write, alone, and decides by these rules and for these hooks from then on. What is submitted meanwhile
    /// waits. To be called once at a time.
    /// - Throws: what `work` throws; then rules and hooks are as before.
    package func change<Outcome: Sendable>(
        to rules: PresenceRules,
        for hooks: [HookRegistration],
        after work: @Sendable () async throws(StoreFailure) -> Outcome
    ) async throws(StoreFailure) -> Outcome {
        isHeld = true
        defer {
            isHeld = false
            writeWhatWaits()
        }
        while let writing { await writing.value }
        let outcome = try await work()
        self.rules = rules
        self.hooks = hooks
        return outcome
    }

    /// How many submissions are not written yet.
    package var waiting: Int { waiters.count }

    /// Returns when everything that was submitted is written or has failed.
    package func idle() async {
        while let writing { await writing.value }
    }

    private func writeWhatWaits() {
        guard writing == nil, !isHeld, !waiters.isEmpty else { return }
        writing = Task { await self.writeAll() }
    }

    private func writeAll() async {
        while !waiters.isEmpty, !isHeld {
            let news = Array(pending.values)
            let served = waiters
            pending = [:]
            waiters = []
            let result = await write(news)
            for waiter in served { waiter.resume(returning: result) }
        }
        writing = nil
    }

    private func write(_ news: [MailboxNews]) async -> Result<Void, StoreFailure> {
        var rest = news[...]
        while !rest.isEmpty {
            let portion = rest.prefix(Self.usersPerTransaction)
            rest = rest.dropFirst(portion.count)
            do throws(StoreFailure) {
                await onDecided(try await writeTransaction(Array(portion)))
            } catch {
                return .failure(error)
            }
        }
        return .success(())
    }

    private func writeTransaction(_ news: [MailboxNews]) async throws(StoreFailure) -> Outcome {
        let records = try await store.records(of: news.map(\.mailbox))
        let newsOf = Dictionary(uniqueKeysWithValues: news.map { ($0.mailbox, $0) })
        let now = clock.now
        var outcome = Outcome()
        for record in records where record.user.isEnabled {
            guard let news = newsOf[record.user.address] else { continue }
            let decision = UpdateDecision(for: record, news: news, rules: rules, now: now) { UUID().uuidString }
            outcome.nextBoundaries.updateValue(decision.nextBoundary, forKey: record.user.address)
            if var update = decision.update {
                if let event = update.event { update.hooks = hooks.told(of: event, of: record.user) }
                outcome.updates.append(update)
            }
            if decision.changesCalendar { outcome.changedCalendars.insert(record.user.address) }
        }
        if !outcome.updates.isEmpty { try await store.record(outcome.updates) }
        return outcome
    }
}
