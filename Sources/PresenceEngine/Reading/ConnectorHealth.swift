package import Availability
package import Foundation

/// Whether a connector may be asked, how much at once, and when again after a failure: events in, no clock, no queue.
package struct ConnectorHealth: Sendable {
    /// What may be asked of the connector now.
    package enum Phase: Hashable, Sendable {
        /// Nothing was answered yet, or the last answer was a failure: one request at a time, so that a wrong password
        /// is tried once and a server that comes back is not run over.
        case connecting
        case online
        /// Not to be asked before this time.
        case waiting(until: Date)
        /// Not to be asked again before somebody changes something.
        case refused
    }

    package private(set) var phase: Phase = .connecting
    /// The newest failure; cleared by the next success.
    package private(set) var failure: StoredFailure?

    private let retries = RetrySchedule(first: 5, longest: 600)
    private var failures = 0

    package init() {}

    /// How many requests may be under way.
    package func allowance(limit: Int) -> Int {
        switch phase {
        case .online: limit
        case .connecting: 1
        case .waiting, .refused: 0
        }
    }

    /// A request was answered.
    /// - Returns: whether this is news: the connector was not online before.
    package mutating func succeeded() -> Bool {
        // The answer to a request from before a failure does not end the pause that the failure asked for.
        guard phase == .connecting else { return false }
        phase = .online
        failure = nil
        failures = 0
        return true
    }

    /// A request failed as a whole at `now`.
    /// - Parameter jitter: see ``RetrySchedule/delay(afterFailures:advice:jitter:)``.
    /// - Returns: whether this is news, and not one more failure of the same kind.
    package mutating func failed(_ error: SourceFailure, at now: Date, jitter: Double) -> Bool {
        let isNews = failure?.diagnosis != error.diagnosis
        failure = StoredFailure(error.diagnosis, at: now)
        // Requests that were under way together fail together; that is one failure, and a refusal outweighs it.
        switch (phase, error.retry) {
        case (.refused, _), (.waiting, .later): return isNews
        default: failures += 1
        }
        guard let delay = retries.delay(afterFailures: failures, advice: error.retry, jitter: jitter) else {
            phase = .refused
            return isNews
        }
        // Of two pauses that were asked for, the longer one is kept.
        if case .waiting(let until) = phase, until > now + delay { return isNews }
        phase = .waiting(until: now + delay)
        return isNews
    }

    /// The pause is over.
    package mutating func endPause() {
        if case .waiting = phase { phase = .connecting }
    }

    /// An administrator wants to know now, whatever was refused.
    package mutating func tryAgain() {
        if phase != .online { phase = .connecting }
    }
}
