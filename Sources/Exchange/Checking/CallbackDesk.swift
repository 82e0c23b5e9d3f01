package import Availability
import Foundation
import Synchronization

/// Waits for the first calls of a server, each for its own subscription and not for ever.
///
/// A mutex and not an actor, since nothing is done under it but to look up who waits.
package final class CallbackDesk: Sendable {
    private struct State {
        /// Calls that nobody waits for yet.
        var arrived: Set<String> = []
        var waiting: [String: CheckedContinuation<Bool, Never>] = [:]
        /// Whether a wait was in vain and none was not.
        var hasFailed = false
        var hasCalls = false
    }

    /// Seconds that a call may take.
    let patience: Double
    private let state = Mutex(State())
    private let scheduler: any Scheduler
    private let reading: Task<Void, Never>

    /// - Parameters:
    ///   - arrivals: of the connector; read until this is gone.
    ///   - patience: seconds that a call may take.
    package init(_ arrivals: AsyncStream<PushArrival>, scheduler: any Scheduler, patience: Double) {
        self.patience = patience
        self.scheduler = scheduler
        let (tokens, continuation) = AsyncStream.makeStream(of: String.self)
        reading = Task {
            for await arrival in arrivals { continuation.yield(arrival.callbackToken) }
            continuation.finish()
        }
        Task { [weak self] in
            for await token in tokens { self?.note(token) }
        }
    }

    deinit {
        reading.cancel()
    }

    /// Whether calls did not come and none came: waiting for more of them would be in vain too.
    var isInVain: Bool { state.withLock { $0.hasFailed && !$0.hasCalls } }

    /// Whether the call for this token has come, or comes in time.
    func call(for token: String) async -> Bool {
        let deadline = "first call \(token)"
        defer { scheduler.cancel(deadline) }
        return await withCheckedContinuation { continuation in
            let isHere = state.withLock { state in
                guard state.arrived.remove(token) == nil else { return true }
                state.waiting[token] = continuation
                return false
            }
            guard !isHere else { return continuation.resume(returning: true) }
            scheduler.schedule(deadline, at: scheduler.now + patience) { [weak self] in self?.giveUp(token) }
        }
    }

    private func note(_ token: String) {
        let waiting = state.withLock { state in
            state.hasCalls = true
            let waiting = state.waiting.removeValue(forKey: token)
            if waiting == nil { state.arrived.insert(token) }
            return waiting
        }
        waiting?.resume(returning: true)
    }

    private func giveUp(_ token: String) {
        let waiting = state.withLock { state in
            let waiting = state.waiting.removeValue(forKey: token)
            if waiting != nil { state.hasFailed = true }
            return waiting
        }
        waiting?.resume(returning: false)
    }
}
