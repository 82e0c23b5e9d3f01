internal import Synchronization

/// Somebody who waits for a token, until it is there or he has waited long enough: whatever comes first counts.
final class TokenCall: Sendable {
    typealias Outcome = Result<[UInt8], KerberosError>

    private enum State {
        /// Before or while somebody waits.
        case open(CheckedContinuation<Outcome, Never>?)
        case ended(Outcome)
    }

    let service: String
    /// A mutex and not an actor, since a timer and a cancellation end it from anywhere.
    private let state = Mutex(State.open(nil))

    init(service: String) {
        self.service = service
    }

    var isOpen: Bool {
        state.withLock { if case .open = $0 { true } else { false } }
    }

    func wait(_ continuation: CheckedContinuation<Outcome, Never>) {
        let outcome: Outcome? = state.withLock { state in
            if case .ended(let outcome) = state { return outcome }
            state = .open(continuation)
            return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
    }

    func end(_ outcome: Outcome) {
        let continuation: CheckedContinuation<Outcome, Never>? = state.withLock { state in
            guard case .open(let continuation) = state else { return nil }
            state = .ended(outcome)
            return continuation
        }
        continuation?.resume(returning: outcome)
    }
}
