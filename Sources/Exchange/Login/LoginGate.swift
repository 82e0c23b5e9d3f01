import Availability
import Synchronization

/// Sees to it that a password that the server refuses is sent once and never again.
///
/// Until the server has accepted it, one request tries it while the others wait: several at once with a wrong password
/// are several failed logins, and accounts get locked. A refusal holds until an administrator wants another attempt.
///
/// A mutex and not an actor, since nothing is done under it but a look at four fields.
final class LoginGate: Sendable {
    /// What a request says of the login when it has its answer.
    enum Outcome {
        case accepted
        /// The request ended before the server looked at the login, or the login was refused.
        case undecided
    }

    private struct State {
        var isAccepted = false
        var isBeingTried = false
        var refusal: SourceFailure?
        var waiting: [CheckedContinuation<Void, Never>] = []

        var isOpen: Bool { isAccepted || refusal != nil || !isBeingTried }
    }

    private let state = Mutex(State())

    /// Waits until a request may be sent; each entry must be followed by one `leave`.
    ///
    /// - Returns: whether this request is the one that tries the login.
    /// - Throws: the refusal, once there was one; then nothing may be sent.
    func enter() async throws(SourceFailure) -> Bool {
        while true {
            let decision = try state.withLock { state throws(SourceFailure) -> Bool? in
                if let refusal = state.refusal { throw refusal }
                guard !state.isAccepted else { return false }
                guard !state.isBeingTried else { return nil }
                state.isBeingTried = true
                return true
            }
            if let decision { return decision }
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }
    }

    /// The server refused the password for good: from now on nothing is sent.
    func close(_ refusal: SourceFailure) {
        state.withLock { $0.refusal = refusal }
    }

    /// Forgets a refusal: the next request tries the login once more, alone.
    func reopen() {
        state.withLock { state in
            guard state.refusal != nil else { return }
            state.refusal = nil
            state.isAccepted = false
        }
    }

    /// - Parameter tried: what `enter` returned.
    func leave(_ outcome: Outcome, tried: Bool) {
        let waiting = state.withLock { state in
            if tried { state.isBeingTried = false }
            switch outcome {
            case .accepted: state.isAccepted = true
            case .undecided: break
            }
            guard state.isOpen else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
