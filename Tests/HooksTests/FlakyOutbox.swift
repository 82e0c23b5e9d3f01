import Availability
import Foundation
import Synchronization

/// An outbox before which stands a disk that sometimes fails.
final class FlakyOutbox: Outbox {
    enum Call: Hashable, CaseIterable, Sendable {
        case take, delivered, failed, nextDue, releaseAll, resend, disable, enable
    }

    private let outbox: any Outbox
    private let failures = Mutex<[Call: Int]>([:])

    init(_ outbox: any Outbox) {
        self.outbox = outbox
    }

    /// The next calls of this kind fail, so many of them.
    func fail(_ call: Call, times: Int) {
        failures.withLock { $0[call] = times }
    }

    private func pass(_ call: Call) throws(StoreFailure) {
        let isFailing = failures.withLock { failures in
            guard let left = failures[call], left > 0 else { return false }
            failures[call] = left - 1
            return true
        }
        guard !isFailing else {
            let full = Diagnosis(id: "store.full", summary: "There is no room.", remedy: "Make room.")
            throw StoreFailure(full, retry: .later)
        }
    }

    func take(for hook: String, dueAt now: Date, limit: Int) async throws(StoreFailure) -> [OutboxEntry] {
        try pass(.take)
        return try await outbox.take(for: hook, dueAt: now, limit: limit)
    }

    func delivered(_ entries: [OutboxEntry], at time: Date) async throws(StoreFailure) {
        try pass(.delivered)
        try await outbox.delivered(entries, at: time)
    }

    func failed(_ entry: OutboxEntry, at time: Date, retryAt: Date?, why: String) async throws(StoreFailure) {
        try pass(.failed)
        try await outbox.failed(entry, at: time, retryAt: retryAt, why: why)
    }

    func nextDue(for hook: String) async throws(StoreFailure) -> Date? {
        try pass(.nextDue)
        return try await outbox.nextDue(for: hook)
    }

    func releaseAll() async throws(StoreFailure) {
        try pass(.releaseAll)
        try await outbox.releaseAll()
    }

    func hasten(_ hook: String, at now: Date) async throws(StoreFailure) {
        try await outbox.hasten(hook, at: now)
    }

    func resend(for hook: String, at now: Date, perSecond: Int, staleAfter: TimeInterval) async throws(StoreFailure)
        -> Int
    {
        try pass(.resend)
        return try await outbox.resend(for: hook, at: now, perSecond: perSecond, staleAfter: staleAfter)
    }

    func disable(_ hook: String, at time: Date, why: String) async throws(StoreFailure) {
        try pass(.disable)
        try await outbox.disable(hook, at: time, why: why)
    }

    func enable(_ hook: String) async throws(StoreFailure) {
        try pass(.enable)
        try await outbox.enable(hook)
    }

    func statistics() async throws(StoreFailure) -> [String: OutboxStatistics] {
        try await outbox.statistics()
    }
}
