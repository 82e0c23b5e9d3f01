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
        case forget(Subscription)
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
        inOrder { $0.note(.forget(subscription), id: subscription.id) }
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
        pending[id] = entry
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
                pending.merge(entries) { newer, _ in newer }
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
        for entry in entries {
            switch entry {
            case .keep(let subscription): kept.append(subscription)
            case .forget(let subscription): forgotten.append(subscription)
            }
        }
        if !forgotten.isEmpty { try await store.forget(forgotten, of: connector) }
        if !kept.isEmpty { try await store.keep(kept, of: connector) }
    }
}
