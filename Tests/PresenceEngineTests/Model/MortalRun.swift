import Availability
import Foundation
import Synchronization
import TestSupport

/// What one run of the daemon may still do: nothing, once it is killed.
final class Lifeline: Sendable {
    private struct State {
        var isAlive = true
        var deadlines: Set<String> = []
    }

    private let state = Mutex(State())

    var isAlive: Bool { state.withLock(\.isAlive) }

    /// - Returns: the deadlines that it had set.
    func cut() -> Set<String> {
        state.withLock { state in
            state.isAlive = false
            return state.deadlines
        }
    }

    func note(_ deadline: String) { state.withLock { _ = $0.deadlines.insert(deadline) } }
}

/// The clock of one run.
struct MortalScheduler: Scheduler {
    let clock: ManualScheduler
    let life: Lifeline

    var now: Date { clock.now }

    func schedule(_ name: String, at time: Date, action: @escaping @Sendable () async -> Void) {
        guard life.isAlive else { return }
        life.note(name)
        clock.schedule(name, at: time) { [life] in
            if life.isAlive { await action() }
        }
    }

    func cancel(_ name: String) {
        if life.isAlive { clock.cancel(name) }
    }
}

/// The database as one run reaches it.
struct MortalStore: PresenceStore, SubscriptionStore {
    let store: MemoryStore
    let life: Lifeline

    func agenda() async throws(StoreFailure) -> [UserAgenda] {
        try check()
        return try await store.agenda()
    }

    func records(of mailboxes: [MailboxAddress]) async throws(StoreFailure) -> [UserRecord] {
        try check()
        return try await store.records(of: mailboxes)
    }

    func record(_ updates: [UserUpdate]) async throws(StoreFailure) {
        try check()
        try await store.record(updates)
    }

    func beginScan(at time: Date, mailboxes: Int) async throws(StoreFailure) -> Int64 {
        try check()
        return try await store.beginScan(at: time, mailboxes: mailboxes)
    }

    func finishScan(_ number: Int64, at time: Date, failed: Int) async throws(StoreFailure) {
        try check()
        try await store.finishScan(number, at: time, failed: failed)
    }

    func latestScan() async throws(StoreFailure) -> ScanRecord? { try await store.latestScan() }

    func subscriptions(of connector: String) async throws(StoreFailure) -> [Subscription] {
        try check()
        return try await store.subscriptions(of: connector)
    }

    func keep(_ subscriptions: [Subscription], of connector: String) async throws(StoreFailure) {
        try check()
        try await store.keep(subscriptions, of: connector)
    }

    func forget(_ subscriptions: [Subscription], of connector: String) async throws(StoreFailure) {
        try check()
        try await store.forget(subscriptions, of: connector)
    }

    private func check() throws(StoreFailure) {
        guard life.isAlive else { throw StoreFailure(.full, retry: .never) }
    }
}
