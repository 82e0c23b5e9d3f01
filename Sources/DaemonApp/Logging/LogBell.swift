import Synchronization

/// Wakes whoever follows the event log: there may be new entries, or it is time to see whether the follower is still
/// there. What is new stands in the database; so a follower that is slow misses nothing and needs no memory here.
final class LogBell: Sendable {
    private struct State {
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
        var last = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Rings from now on, until the caller stops listening. Several rings that nobody heard are one.
    func listen() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.last += 1
            state.followers[state.last] = continuation
            return state.last
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.followers.removeValue(forKey: number) }
        }
        return stream
    }

    func ring() {
        for follower in state.withLock({ $0.followers }).values { follower.yield() }
    }

    /// Ends all streams, for good.
    func close() {
        let followers = state.withLock { state in
            state.isClosed = true
            return state.followers
        }
        for follower in followers.values { follower.finish() }
    }
}
