import Availability
package import Foundation
import Synchronization

/// A clock that stands until a test moves it, and fires what falls due on the way, in order, one after the other.
package final class ManualScheduler: Scheduler {
    private struct Deadline {
        var time: Date
        var order: Int
        var action: @Sendable () async -> Void
    }

    private struct State {
        var now: Date
        var deadlines: [String: Deadline] = [:]
        var order = 0
    }

    private let state: Mutex<State>

    package init(now: Date) {
        state = Mutex(State(now: now))
    }

    package var now: Date { state.withLock(\.now) }

    /// When each deadline is due.
    package var deadlines: [String: Date] { state.withLock { $0.deadlines.mapValues(\.time) } }

    package func schedule(_ name: String, at time: Date, action: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            state.order += 1
            state.deadlines[name] = Deadline(time: time, order: state.order, action: action)
        }
    }

    package func cancel(_ name: String) {
        state.withLock { _ = $0.deadlines.removeValue(forKey: name) }
    }

    /// Moves the clock to `time`, firing each deadline at its own time.
    package func advance(to time: Date) async {
        while let action = nextAction(upTo: time) { await action() }
        state.withLock { $0.now = max($0.now, time) }
    }

    /// Moves the clock by `seconds`.
    package func advance(by seconds: TimeInterval) async {
        await advance(to: now.addingTimeInterval(seconds))
    }

    private func nextAction(upTo time: Date) -> (@Sendable () async -> Void)? {
        state.withLock { state in
            let due = state.deadlines.filter { $0.value.time <= time }
            let first = due.min { ($0.value.time, $0.value.order) < ($1.value.time, $1.value.order) }
            guard let first else { return nil }
            state.deadlines[first.key] = nil
            state.now = max(state.now, first.value.time)
            return first.value.action
        }
    }
}
