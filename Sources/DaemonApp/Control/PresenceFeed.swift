import Availability
import Synchronization

/// Hands changes of presence to whoever watches: a queue of bounded length for each.
///
/// A class with a lock, not an actor: it is fed from within the engine, which must not wait.
final class PresenceFeed: Sendable {
    /// What a watcher gets.
    enum Item: Sendable {
        case change(PresenceEvent)
        /// Nothing happened for a while; writing something shows whether the watcher is still there.
        case quiet
    }

    private struct State {
        var watchers: [Int: AsyncStream<Item>.Continuation] = [:]
        var last = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let longestQueue: Int

    /// - Parameter longestQueue: a watcher that falls this many changes behind is let go; it comes back and gets the
    ///   whole state.
    init(longestQueue: Int = 20_000) {
        self.longestQueue = longestQueue
    }

    /// All changes from now on, until the caller stops listening.
    func watch() -> AsyncStream<Item> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Item.self,
            bufferingPolicy: .bufferingOldest(longestQueue)
        )
        let number = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.last += 1
            state.watchers[state.last] = continuation
            return state.last
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.forget(number) }
        return stream
    }

    func publish(_ event: PresenceEvent) { send(.change(event)) }

    /// To be called every now and then.
    func beat() { send(.quiet) }

    private func send(_ item: Item) {
        let watchers = state.withLock { $0.watchers }
        for watcher in watchers.values {
            if case .dropped = watcher.yield(item) { watcher.finish() }
        }
    }

    /// Ends all streams, for good.
    func close() {
        let watchers = state.withLock { state in
            state.isClosed = true
            return state.watchers
        }
        for watcher in watchers.values { watcher.finish() }
    }

    private func forget(_ number: Int) {
        state.withLock { _ = $0.watchers.removeValue(forKey: number) }
    }
}
