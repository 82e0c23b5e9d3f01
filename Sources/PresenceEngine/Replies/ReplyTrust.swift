package import Availability
package import Foundation

/// Whether a server's hints can be relied on: proven by comparing them with what was read, never assumed.
package struct ReplyTrust: Sendable {
    /// What is thought of the hints by now.
    package enum Verdict: Hashable, Sendable {
        /// No reply was seen that hint and reading could have told alike: hints are acted on, and everybody is read in
        /// rotation all the same.
        case unproven
        case trusted
        /// Nobody asks for hints before this time.
        case distrusted(until: Date, Reason)
    }

    /// Why hints are of no use.
    package enum Reason: Hashable, Sendable {
        /// The server answers and says nothing of automatic replies.
        case untold
        /// The server hinted, twice and some time apart, that this mailbox sends no reply, while it did.
        case wrong(MailboxAddress)
        /// The server does not answer such requests.
        case refused(Diagnosis)
    }

    /// So many requests in a row may fail before it is the server that does not want to be asked.
    static let refusals = 5

    package private(set) var verdict = Verdict.unproven
    private let pause: TimeInterval
    private var hasTold = false
    private var refusals = 0

    /// - Parameter pause: seconds until hints that were wrong are tried again.
    package init(pause: TimeInterval = 86_400) {
        self.pause = pause
    }

    /// When hints may be asked for again; `nil` while they are asked for.
    package var retryAt: Date? {
        if case .distrusted(let until, _) = verdict { until } else { nil }
    }

    /// The server answered a request.
    ///
    /// Of single mailboxes it may have nothing to say, such as those that live elsewhere. It is the server that does not
    /// tell where no hint ever said anything.
    /// - Returns: whether the verdict is another now; so do all that follow.
    package mutating func answered(_ hints: [ReplyHint], at now: Date) -> Bool {
        refusals = 0
        if hints.contains(where: \.isTold) { hasTold = true }
        guard !hasTold, !hints.isEmpty, hints.allSatisfy({ $0 == .untold }) else { return false }
        return distrust(.untold, at: now)
    }

    /// A request failed for reasons of its own.
    package mutating func refused(_ failure: SourceFailure, at now: Date) -> Bool {
        refusals += 1
        guard refusals >= Self.refusals || failure.retry == .never else { return false }
        return distrust(.refused(failure.diagnosis), at: now)
    }

    /// Hint and reading told of an active reply alike.
    package mutating func confirmed() -> Bool {
        guard verdict == .unproven else { return false }
        verdict = .trusted
        return true
    }

    /// The hints about `mailbox` were wrong.
    package mutating func contradicted(by mailbox: MailboxAddress, at now: Date) -> Bool {
        distrust(.wrong(mailbox), at: now)
    }

    /// Hints may be asked for again where it is time.
    package mutating func tryAgain(at now: Date) -> Bool {
        guard let retryAt, retryAt <= now else { return false }
        verdict = .unproven
        hasTold = false
        refusals = 0
        return true
    }

    private mutating func distrust(_ reason: Reason, at now: Date) -> Bool {
        // Answers that were under way do not lengthen the pause.
        guard retryAt == nil else { return false }
        verdict = .distrusted(until: now + pause, reason)
        return true
    }
}

extension ReplyHint {
    /// Whether the server said anything.
    fileprivate var isTold: Bool {
        switch self {
        case .inactive, .active: true
        case .pending, .untold, .failed: false
        }
    }
}
