import Availability
import Dispatch
import Foundation
import SerialQueue

/// Writes down which subscriptions there are: what collects while one transaction is written goes into the next.
///
/// The database lags behind the server by one transaction at most. A kill in between leaves the server a few
/// subscriptions that nobody knows; they end by themselves when nobody listens.
actor SubscriptionJournal {
    private enum Entry {
        case keep(Subscription)
        /// `wasKept` where the word to keep it is not written either: it would have taken the place of an older one with
        /// the same id, which must not stay behind.
        case forget(Subscription, wasKept: Bool)

        /// What is to be written where this comes after `earlier`, which was not written.
        func after(_ earlier: Entry?) -> Entry {
            guard case .forget(let subscription, _) = self else { return self }
            switch earlier {
            case .keep, .forget(_, wasKept: true): return .forget(subscription, wasKept: true)
            case .forget, nil: return self
            }
        }
    }

    private let serial = SerialQueue(label: "freebusyd.subscription-journal")
    private let store: any SubscriptionStore
    private let connector: String
    private let scheduler: any Scheduler
    /// The newest word on each id.
    private var pending: [String: Entry] = [:]
    private var writing: Task<Void, Never>?
    /// Tells of the first failure in a row.
    private let onFailure: @Sendable (StoreFailure) -> Void
    private var isFailing = false

    init(
        store: any SubscriptionStore,
        connector: String,
        scheduler: any Scheduler,
        onFailure: @escaping @Sendable (StoreFailure) -> Void
    ) {
        self.store = store
        self.connector = connector
        self.scheduler = scheduler
        self.onFailure = onFailure
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// What was left over by a daemon that could not end it.
    func leftovers() async throws(StoreFailure) -> [Subscription] {
        try await store.subscriptions(of: connector)
    }

    /// The order of the calls is the order of what is written: a server may give an id that was just forgotten anew.
    nonisolated func keep(_ subscription: Subscription) {
        inOrder { $0.note(.keep(subscription), id: subscription.id) }
    }

    nonisolated func forget(_ subscription: Subscription) {
        inOrder { $0.note(.forget(subscription, wasKept: false), id: subscription.id) }
    }

    /// Ends; what cannot be written now stays unwritten.
    func close() async {
        await flush()
        scheduler.cancel(deadline)
    }

    /// Returns when everything noted so far is written, or cannot be.
    func flush() async {
        if writing == nil, !pending.isEmpty { writing = Task { await self.writeAll() } }
        while let writing { await writing.value }
    }

    /// Seconds until what could not be written is tried again.
    private static let pause: TimeInterval = 30

    private var deadline: String { "journal \(connector)" }

    private nonisolated func inOrder(_ work: @escaping @Sendable (isolated SubscriptionJournal) -> Void) {
        serial.queue.async { self.assumeIsolated(work) }
    }

    private func note(_ entry: Entry, id: String) {
        pending[id] = entry.after(pending[id])
        if writing == nil { writing = Task { await self.writeAll() } }
    }

    private func writeAll() async {
        while !pending.isEmpty {
            let entries = pending
            pending = [:]
            do throws(StoreFailure) {
                try await write(entries.values)
                isFailing = false
            } catch {
                pending.merge(entries) { newer, earlier in newer.after(earlier) }
                if !isFailing { onFailure(error) }
                isFailing = true
                // The next entry tries these once more; there may be none for days.
                scheduler.schedule(deadline, at: scheduler.now + Self.pause) { [weak self] in await self?.flush() }
                break
            }
        }
        writing = nil
    }

    private func write(_ entries: some Collection<Entry>) async throws(StoreFailure) {
        var kept: [Subscription] = []
        var forgotten: [Subscription] = []
        var forgottenAgain: [Subscription] = []
        for entry in entries {
            switch entry {
            case .keep(let subscription): kept.append(subscription)
            case .forget(let subscription, wasKept: false): forgotten.append(subscription)
            case .forget(let subscription, wasKept: true): forgottenAgain.append(subscription)
            }
        }
        if !forgotten.isEmpty { try await store.forget(forgotten, of: connector) }
        kept += forgottenAgain
        if !kept.isEmpty { try await store.keep(kept, of: connector) }
        if !forgottenAgain.isEmpty { try await store.forget(forgottenAgain, of: connector) }
    }
}
