import Availability
import Foundation
import OAuthMessages

/// What is to be done about tokens: which to use, when to ask for another, and how long to leave the authority alone.
///
/// Decides and does nothing; the one token, the newest failure and some times are all that it holds.
struct TokenStock: Sendable {
    enum Move: Hashable, Sendable {
        case use(AccessToken)
        /// Asks for a token; until it is there, requests go on with the old one, or wait where there is none.
        case ask(meanwhile: AccessToken?)
        case giveUp(SourceFailure)
    }

    private struct Held: Sendable {
        var token: AccessToken
        var issuedAt: Date
        /// From when on another is asked for.
        var renewal: Date
        /// Until when it is sent.
        var end: Date
    }

    private struct Trouble: Sendable {
        var diagnosis: Diagnosis
        var begunAt: Date
        /// `nil` where nothing is asked any more before an administrator wants it.
        var end: Date?

        /// A clock that was set back lets the next request try.
        func holds(at now: Date) -> Bool {
            guard let end else { return true }
            return begunAt <= now && now < end
        }

        func failure(at now: Date) -> SourceFailure {
            SourceFailure(diagnosis, retry: end.map { .after($0.timeIntervalSince(now)) } ?? .never)
        }
    }

    /// A token is renewed this many seconds before its end, and for so long may the authority be out of reach unnoticed; of
    /// one with a short life, in its last quarter.
    private static let renewalMargin = 300.0
    /// In its last seconds a token is not sent any more: it may end on the way.
    private static let endMargin = 30.0
    /// A token that the server refuses is replaced by another no more often than this, in seconds.
    private static let shortestReplacement = 300.0

    private let schedule = RetrySchedule(first: 5, longest: 600)
    private var held: Held?
    private var trouble: Trouble?
    private var failures = 0
    private var replacedAt: Date?

    /// What a request does that needs a token now.
    func next(at now: Date) -> Move {
        let usable = held.flatMap { now < $0.end ? $0.token : nil }
        // A clock that was set back proves nothing about how old a token is.
        if let held, let usable, held.issuedAt <= now, now < held.renewal { return .use(usable) }
        guard let trouble, trouble.holds(at: now) else { return .ask(meanwhile: usable) }
        return usable.map(Move.use) ?? .giveUp(trouble.failure(at: now))
    }

    /// - Parameter now: when the token was asked for, from which on its life is reckoned.
    mutating func take(_ grant: TokenGrant, askedAt now: Date) {
        held = Held(
            token: grant.token,
            issuedAt: now,
            renewal: now.addingTimeInterval(grant.lifetime - min(Self.renewalMargin, grant.lifetime / 4)),
            end: now.addingTimeInterval(grant.lifetime - min(Self.endMargin, grant.lifetime / 10))
        )
        trouble = nil
        failures = 0
    }

    /// There was no token. What the authority asks for is obeyed, everything else is repeated at growing distance, and
    /// what is of no use is not repeated.
    ///
    /// - Parameter jitter: a random number from 0 up to, but not including, 1.
    /// - Returns: the failure, with the time after which a request may try again.
    mutating func take(_ failure: SourceFailure, at now: Date, jitter: Double) -> SourceFailure {
        failures += 1
        let delay = schedule.delay(afterFailures: failures, advice: failure.retry, jitter: jitter)
        let trouble = Trouble(
            diagnosis: failure.diagnosis,
            begunAt: now,
            end: delay.map { now.addingTimeInterval($0) }
        )
        self.trouble = trouble
        return trouble.failure(at: now)
    }

    /// The server refused a token.
    ///
    /// - Returns: whether another is worth a try: the refused one was given up meanwhile, or it is now. One that has
    ///   itself taken the place of a refused one shortly before says that it is not for its age.
    mutating func replace(_ refused: AccessToken, at now: Date) -> Bool {
        guard let held, held.token == refused else { return true }
        if let replacedAt, 0..<Self.shortestReplacement ~= now.timeIntervalSince(replacedAt) { return false }
        replacedAt = now
        self.held = nil
        return true
    }

    /// An administrator wants another attempt.
    mutating func forgetTrouble() {
        trouble = nil
        failures = 0
        replacedAt = nil
    }
}
