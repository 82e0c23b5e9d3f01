/// When a request that is no INVITE is sent again, and until when its answer is waited for (RFC 3261, 17.1.2 and
/// figure 6). Takes what happened and says what is to be done; whoever asks owns clock and socket.
package struct TransactionTimers: Hashable, Sendable {
    /// E sends again, F gives up, K ends the time in which answers that come once more are thrown away.
    package enum Timer: Hashable, Sendable {
        case e, f, k
    }

    /// What happened.
    package enum Event: Hashable, Sendable {
        case begun
        case elapsed(Timer)
        /// A response of 100 to 199.
        case provisional
        /// A response of 200 to 699.
        case final
        case transportFailed
    }

    /// What is to be done, in this order.
    package enum Action: Hashable, Sendable {
        /// Send the request, for the first time or again.
        case send
        /// Seconds from now; in place of the same timer where it runs.
        case start(Timer, Double)
        case stop(Timer)
        /// This response is the answer.
        case deliver
        /// There will be no answer: as if a 408 had come (RFC 3261, 8.1.3.1).
        case timedOut
        /// The request could not be sent: as if a 503 had come.
        case failed
        /// The transaction can be forgotten.
        case end
    }

    private enum State {
        case trying, proceeding, completed, terminated
    }

    /// An estimate of how long a message is under way there and back, in seconds.
    package static let t1 = 0.5
    /// The longest between two sendings.
    package static let t2 = 4.0
    /// How long messages stay in the network.
    package static let t4 = 5.0

    private let isReliable: Bool
    private var state = State.trying
    private var interval = t1

    package init(over transport: SIPTransport) {
        isReliable = transport.isReliable
    }

    package mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (.trying, .begun):
            [.send, .start(.f, 64 * Self.t1)] + (isReliable ? [] : [.start(.e, interval)])
        case (.trying, .elapsed(.e)) where !isReliable:
            again(after: min(2 * interval, Self.t2))
        case (.proceeding, .elapsed(.e)) where !isReliable:
            again(after: Self.t2)
        case (.trying, .provisional):
            entering(.proceeding, [])
        case (.trying, .final), (.proceeding, .final):
            isReliable
                ? entering(.terminated, [.stop(.f), .deliver, .end])
                : entering(.completed, [.stop(.e), .stop(.f), .deliver, .start(.k, Self.t4)])
        case (.trying, .elapsed(.f)), (.proceeding, .elapsed(.f)):
            entering(.terminated, [.stop(.e), .timedOut, .end])
        case (.trying, .transportFailed), (.proceeding, .transportFailed):
            entering(.terminated, [.stop(.e), .stop(.f), .failed, .end])
        case (.completed, .elapsed(.k)):
            entering(.terminated, [.end])
        default:
            []
        }
    }

    private mutating func again(after seconds: Double) -> [Action] {
        interval = seconds
        return [.send, .start(.e, seconds)]
    }

    private mutating func entering(_ next: State, _ actions: [Action]) -> [Action] {
        state = next
        return actions
    }
}
