import Availability
import Synchronization

/// Hands changes of presence to whoever watches.
///
/// The newest changes are kept once for all. A watcher has no queue of its own, only its place in the row and a signal
/// that there is more: so those who are slow cost nothing, and one who comes back goes on where he was.
///
/// A class with a lock, not an actor: it is fed from within the engine, which must not wait.
final class PresenceFeed: Sendable {
    /// What a watcher goes by.
    struct Watch: Sendable {
        /// Everything behind this is still to be told.
        let start: StreamPosition
        /// Whether that is all he has missed. If not, the state must be told first.
        let isResumed: Bool
        /// One at the beginning, one after changes, one every now and then; several may come as one. Ends with the feed.
        let signals: AsyncStream<Void>
    }

    private struct State {
        var recent: RecentChanges
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWatcher = 0
        var isClosed = false
    }

    /// How many changes are handed out at once.
    private static let pageSize = 500

    /// Tells the numbers of this run from those of another.
    private let run: String
    private let state: Mutex<State>

    /// - Parameters:
    ///   - run: what no other run of the daemon has.
    ///   - recent: keeps the newest changes.
    init(run: String = PresenceFeed.randomRun(), recent: RecentChanges = RecentChanges()) {
        self.run = run
        state = Mutex(State(recent: recent))
    }

    /// All changes from now on; or from `position` on, where all of them are still there.
    func watch(after position: StreamPosition? = nil) -> Watch {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let (start, isResumed, number) = state.withLock { state -> (StreamPosition, Bool, Int?) in
            let known = position.flatMap { $0.run == run && state.recent.hasAll(after: $0.number) ? $0 : nil }
            let start = known ?? StreamPosition(run: run, number: state.recent.last)
            guard !state.isClosed else { return (start, known != nil, nil) }
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = continuation
            return (start, known != nil, state.lastWatcher)
        }
        if let number {
            continuation.onTermination = { [weak self] _ in self?.forget(number) }
        } else {
            continuation.finish()
        }
        return Watch(start: start, isResumed: isResumed, signals: signals)
    }

    /// The next changes behind `position`, up to 500; none where it is the last, `nil` where some are no longer there.
    func changes(after position: StreamPosition) -> [PresenceEvent]? {
        state.withLock { $0.recent.changes(after: position.number, limit: Self.pageSize) }
    }

    func publish(_ event: PresenceEvent) {
        let watchers = state.withLock { state in
            state.recent.append(event)
            return state.watchers
        }
        for watcher in watchers.values { watcher.yield() }
    }

    /// To be called every now and then.
    func beat() {
        for watcher in state.withLock({ $0.watchers }).values { watcher.yield() }
    }

    /// Ends all watching, for good.
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

    private static func randomRun() -> String { String(UInt64.random(in: 0...UInt64.max), radix: 36) }
}

/// A place in the row of changes that a run of the daemon tells, as the id of a server-sent event: `RUN-NUMBER`.
struct StreamPosition: Hashable, Sendable, CustomStringConvertible {
    /// Letters and digits.
    var run: String
    /// Of the last change that was seen; 0 before the first.
    var number: Int

    init(run: String, number: Int) {
        self.run = run
        self.number = number
    }

    /// `nil` where `text` is no id that was ever given.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[1]), number >= 0 else { return nil }
        self.init(run: String(parts[0]), number: number)
    }

    var description: String { "\(run)-\(number)" }
}
