import Availability
import Synchronization

/// Sees to it that a password that the server refuses is sent once and never again.
///
/// Unless the server has accepted it a moment ago, one request tries it while the others wait: several at once with a
/// wrong password are several failed logins, and accounts get locked. A password may be changed at any time, and the
/// hundreds of streams that a restart of the server breaks are opened again together; so an acceptance does not hold for
/// long. A refusal holds until an administrator wants another attempt.
///
/// A mutex and not an actor, since nothing is done under it but a look at a few fields.
final class LoginGate: Sendable {
    /// What a request says of the login when it has its answer.
    enum Outcome {
        case accepted
        /// The request ended before the server looked at the login, or the login was refused.
        case undecided
    }

    /// How long an acceptance lets others go along. Each answer renews it, so that only the first after a pause is alone.
    static let validity = Duration.seconds(30)

    typealias Instant = ContinuousClock.Instant

    private struct State {
        var acceptedAt: Instant?
        var isBeingTried = false
        var refusal: SourceFailure?
        var waiting: [CheckedContinuation<SourceFailure?, Never>] = []

        func isAccepted(at now: Instant) -> Bool {
            acceptedAt.map { now - $0 < LoginGate.validity } ?? false
        }

        func isOpen(at now: Instant) -> Bool { isAccepted(at: now) || refusal != nil || !isBeingTried }
    }

    private let state = Mutex(State())

    /// Waits until a request may be sent; each entry must be followed by one `leave`.
    ///
    /// - Parameter instant: monotonic time.
    /// - Returns: whether this request is the one that tries the login.
    /// - Throws: the refusal, once there was one; then nothing may be sent. Or why the request that this one waited for was
    ///   not let in.
    func enter(at instant: () -> Instant) async throws(SourceFailure) -> Bool {
        while true {
            let now = instant()
            let decision = try state.withLock { state throws(SourceFailure) -> Bool? in
                if let refusal = state.refusal { throw refusal }
                guard !state.isAccepted(at: now) else { return false }
                guard !state.isBeingTried else { return nil }
                state.isBeingTried = true
                return true
            }
            if let decision { return decision }
            let disappointment: SourceFailure? = await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen(at: now) { state.waiting.append(continuation) }
                    return state.isOpen(at: now)
                }
                if isOpen { continuation.resume(returning: nil) }
            }
            if let disappointment { throw disappointment }
        }
    }

    /// Whether the login was accepted so lately that others go along.
    func isAccepted(at now: Instant) -> Bool { state.withLock { $0.isAccepted(at: now) } }

    /// The server refused the password for good: from now on nothing is sent.
    func close(_ refusal: SourceFailure) {
        state.withLock { $0.refusal = refusal }
    }

    /// The login that was tried was not let in, though it may be later: whoever waits for it now is told so.
    func disappoint(_ failure: SourceFailure) {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: failure) }
    }

    /// Forgets a refusal: the next request tries the login once more, alone.
    func reopen() {
        state.withLock { state in
            guard state.refusal != nil else { return }
            state.refusal = nil
            state.acceptedAt = nil
        }
    }

    /// - Parameter tried: what `enter` returned.
    func leave(_ outcome: Outcome, tried: Bool, at now: Instant) {
        let waiting = state.withLock { state in
            if tried { state.isBeingTried = false }
            switch outcome {
            case .accepted: state.acceptedAt = now
            case .undecided: break
            }
            guard state.isOpen(at: now) else { return [CheckedContinuation<SourceFailure?, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: nil) }
    }
}
