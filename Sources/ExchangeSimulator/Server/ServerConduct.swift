import Synchronization

/// How the server behaves at the moment, and what it has been asked. Behind a mutex and no actor: every request passes
/// here once for some nanoseconds.
final class ServerConduct: Sendable {
    /// What to do with a request before looking at it.
    enum Reaction: Equatable {
        case answer
        /// Close the connection without a word.
        case hangUp
        /// ErrorServerBusy, asking to stay away so long.
        case busy(milliseconds: Int)
    }

    private struct State {
        var hangUps = 0
        var unasked = 0
        var busyMilliseconds = 0
        var busyUntil = ContinuousClock.now
        var delayMilliseconds = 0
        var requests: [String: Int] = [:]
    }

    private let state = Mutex(State())

    func reaction(now: ContinuousClock.Instant = .now) -> Reaction {
        state.withLock { state in
            if state.hangUps > 0 {
                state.hangUps -= 1
                return .hangUp
            }
            guard now < state.busyUntil else { return .answer }
            return .busy(milliseconds: state.busyMilliseconds)
        }
    }

    /// For so many milliseconds from now requests are answered with ErrorServerBusy.
    func beBusy(milliseconds: Int) {
        state.withLock {
            $0.busyMilliseconds = milliseconds
            $0.busyUntil = .now + .milliseconds(milliseconds)
        }
    }

    /// Each answer takes so many milliseconds from now on; streams do not.
    func beSlow(milliseconds: Int) {
        state.withLock { $0.delayMilliseconds = milliseconds }
    }

    /// How long an answer is kept back, nil when it is not.
    var delay: Duration? {
        let milliseconds = state.withLock(\.delayMilliseconds)
        return milliseconds > 0 ? .milliseconds(milliseconds) : nil
    }

    /// The next requests find their connection closed.
    func goAway(requests: Int) {
        state.withLock { $0.hangUps = requests }
    }

    /// The next faults are each followed by a response that nobody asked for.
    func answerTwice(faults: Int) {
        state.withLock { $0.unasked = faults }
    }

    /// Whether the fault that is about to be sent is one of them; counts it.
    func takeUnasked() -> Bool {
        state.withLock { state in
            guard state.unasked > 0 else { return false }
            state.unasked -= 1
            return true
        }
    }

    /// - Parameter name: an operation's request element, or what happened to the request instead.
    func count(_ name: String) {
        state.withLock { $0.requests[name, default: 0] += 1 }
    }

    /// How often each operation was asked since the start or the last reset.
    var counters: [String: Int] { state.withLock(\.requests) }

    func resetCounters() {
        state.withLock { $0.requests = [:] }
    }
}
