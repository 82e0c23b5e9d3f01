package import Availability
import EWSMessages
import Synchronization

/// The answer to a call of the server.
package enum PushReply: Hashable, Sendable {
    /// The SOAP message to send with status 200.
    case accepted(answer: [UInt8])
    /// Status 404 and nothing else: whoever calls does not know a token, or belies it.
    case unknown
    /// Status 400: what came is no notification.
    case malformed
}

/// Where the listener hands in what a server calls with, and the connector learns what it says.
///
/// What nobody has read yet waits here, one piece of news for each token: a slow reader costs no memory and misses no
/// change. A mutex and not an actor, since a call has to be answered at once and nothing is done under it but to look
/// things up.
package final class PushInbox: Sendable {
    private struct State {
        var register: PushRegister
        var accepted = 0
        var unknown = 0
        var malformed = 0
        /// Of the newest reader; others get nothing more.
        var reader = 0
        var waiting: CheckedContinuation<PushArrival?, Never>?
    }

    private let state: Mutex<State>
    private let limits: ParserLimits

    /// - Parameter endsAtFirstCall: whether the answer to the first call of a subscription ends it: for who only wants to
    ///   know whether the server can call.
    package init(endsAtFirstCall: Bool = false) {
        var limits = ParserLimits.notifications
        // As much as a listener takes; a call tells of one subscription and at most 50 events.
        limits.bytes = 1 << 20
        self.limits = limits
        state = Mutex(State(register: PushRegister(endsAtFirstCall: endsAtFirstCall)))
    }

    /// How many calls were accepted since the start.
    package var accepted: Int { state.withLock(\.accepted) }

    /// How many came from strangers.
    package var unknown: Int { state.withLock(\.unknown) }

    /// How many were no notification.
    package var malformed: Int { state.withLock(\.malformed) }

    /// How many were refused for either reason.
    package var refused: Int { state.withLock { $0.unknown + $0.malformed } }

    /// Takes calls with this token from now on, for any subscription until `confirm` names it.
    ///
    /// - Returns: whether there was room; `PushRegister.limit` tokens may be known at once.
    @discardableResult
    package func expect(token: String, mailbox: MailboxAddress) -> Bool {
        state.withLock { $0.register.expect(token, mailbox) }
    }

    /// Takes calls with this token for this subscription alone. A token that is not expected is left alone.
    package func confirm(token: String, subscription id: String) {
        state.withLock { $0.register.confirm(token, id) }
    }

    /// Answers calls with these tokens with the wish to end the subscription, also where they were not expected: they may
    /// be those of an earlier run.
    package func retire(tokens: [String]) {
        state.withLock { state in
            for token in tokens { state.register.retire(token) }
        }
    }

    /// Whether a call with this token is worth reading.
    package func knows(_ token: String) -> Bool { state.withLock { $0.register.knows(token) } }

    /// Counts a call that the listener refused for its token.
    package func countStranger() { state.withLock { $0.unknown += 1 } }

    /// Counts a call that the listener refused for its body, and has the mailbox read that it was for.
    package func refuseBody(token: String) {
        update { $0.noteUnreadable(token) }
        state.withLock { $0.malformed += 1 }
    }

    /// What a call says, and how to answer it. Is counted.
    ///
    /// - Parameters:
    ///   - token: the last part of the URL that was called.
    ///   - body: of the request, at most 1 MiB.
    package func receive(token: String, body: [UInt8]) -> PushReply {
        // Strangers cost no parsing.
        guard knows(token) else { return count(.unknown) }
        let notification: SendNotification
        do {
            notification = try SendNotification.decode(body, limits: limits)
        } catch {
            // Whoever knows the token is the server, most likely, and something may have happened.
            update { $0.noteUnreadable(token) }
            return count(.malformed)
        }
        let reply = update { $0.receive(token, notification) }
        return count(reply.map { .accepted(answer: $0.encoded) } ?? .unknown)
    }

    /// What comes from now on, and what nobody has read. An earlier reader gets nothing more.
    package func arrivals() -> AsyncStream<PushArrival> {
        let (reader, earlier) = state.withLock { state in
            defer { state.waiting = nil }
            state.reader += 1
            return (state.reader, state.waiting)
        }
        earlier?.resume(returning: nil)
        return AsyncStream {
            await self.nextArrival(for: reader)
        } onCancel: {
            self.leave(reader)
        }
    }
}

extension PushInbox {
    /// Changes the register; a reader that waits gets at once what there is then.
    private func update<Result: Sendable>(_ change: (inout PushRegister) -> Result) -> Result {
        let (result, waiting, arrival) = state.withLock { state in
            let result = change(&state.register)
            guard let waiting = state.waiting, let arrival = state.register.nextArrival() else {
                return (result, CheckedContinuation<PushArrival?, Never>?.none, PushArrival?.none)
            }
            state.waiting = nil
            return (result, waiting, arrival)
        }
        waiting?.resume(returning: arrival)
        return result
    }

    private func count(_ reply: PushReply) -> PushReply {
        state.withLock { state in
            switch reply {
            case .accepted: state.accepted += 1
            case .unknown: state.unknown += 1
            case .malformed: state.malformed += 1
            }
        }
        return reply
    }

    /// `nil` where another reader has come, or this one has left.
    private func nextArrival(for reader: Int) async -> PushArrival? {
        await withCheckedContinuation { continuation in
            let (isDue, arrival) = state.withLock { state -> (Bool, PushArrival?) in
                guard state.reader == reader else { return (true, nil) }
                if let arrival = state.register.nextArrival() { return (true, arrival) }
                state.waiting = continuation
                return (false, nil)
            }
            if isDue { continuation.resume(returning: arrival) }
        }
    }

    private func leave(_ reader: Int) {
        let waiting = state.withLock { state -> CheckedContinuation<PushArrival?, Never>? in
            guard state.reader == reader else { return nil }
            defer { state.waiting = nil }
            // Also one that comes to wait only now.
            state.reader += 1
            return state.waiting
        }
        waiting?.resume(returning: nil)
    }
}
