import Synchronization

/// How the server answers GetMailTips at the moment. Behind a mutex for the reason `ServerConduct` is.
final class MailTipsConduct: Sendable {
    /// What it says of automatic replies.
    enum Manner: String, Codable, CaseIterable, Sendable {
        /// The truth.
        case truthful
        /// That nobody is away, whoever is.
        case neverAway = "never-away"
        /// As grommunio does: elements of its own instead of ReplyBody, which say that nobody is away.
        case withoutBody = "without-body"
        /// That it did not find out in time.
        case pending
        /// Nothing: an administrator switched mail tips off.
        case disabled
    }

    struct State: Sendable {
        var manner = Manner.truthful
        /// The most recipients that one request may ask about.
        var recipients = 100
    }

    private let state = Mutex(State())

    var current: State { state.withLock { $0 } }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
}
