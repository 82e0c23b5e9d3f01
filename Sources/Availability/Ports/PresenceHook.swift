/// A way to tell the telephone system. It sends once; retries, order and persistence are the outbox's.
///
/// An object, since it has a life of its own between ``start(receiverForgot:)`` and ``stop()``: another object is another
/// life, whatever it is made of.
package protocol PresenceHook: AnyObject, Sendable {
    var name: String { get }

    /// As in the configuration: `exec`, `webhook`, …
    var kind: String { get }

    /// Whom it tells, for people to read: a URL, a server, a command. Without any secret. Another target is another
    /// receiver, which knows nothing yet.
    var target: String { get }

    /// How it tells: what of its settings decides what the receiver shows of an event. In another manner everybody is told
    /// once more.
    var manner: String { get }

    /// Whether another one with the same target must not begin before this one has stopped.
    var isExclusive: Bool { get }

    /// How many deliveries, each for another user, may be under way at once.
    var concurrencyLimit: Int { get }

    /// Begins what goes on between deliveries: a connection that is kept, publications that are refreshed. Returns at
    /// once, and is called once before the first delivery.
    ///
    /// - Parameter receiverForgot: to be called whenever the receiver may have lost what it was told, such as after it
    ///   started again; the whole state is then sent once more.
    func start(receiverForgot: @escaping @Sendable () -> Void) async

    /// Somebody says that what was wrong is mended: what the hook puts off by itself is tried at its next occasion.
    func mended() async

    /// Ends that. Called once, after the last delivery. What the receiver was told stays as it is.
    func stop() async

    /// Delivers one event, within the hook's own time limit. May be called again with the same event.
    func deliver(_ event: PresenceEvent) async throws(HookFailure)
}

extension PresenceHook {
    /// Nothing goes on between the deliveries of most hooks.
    package func start(receiverForgot: @escaping @Sendable () -> Void) async {}

    /// Likewise.
    package func stop() async {}

    /// Likewise: there is nothing that is put off.
    package func mended() async {}

    /// What an event is told as does not depend on settings.
    package var manner: String { "" }

    /// Most keep nothing that two could disagree about.
    package var isExclusive: Bool { false }
}

/// A delivery failed.
package struct HookFailure: ExplainedError, Hashable {
    /// What it says of other deliveries.
    package enum Scope: Hashable, Sendable {
        /// Nothing: others may well succeed.
        case event
        /// The receiver as a whole cannot be told now: others would fail likewise, and wait.
        case receiver
        /// The receiver wants nothing more, until somebody says otherwise.
        case hook
    }

    package var diagnosis: Diagnosis
    package var retry: RetryAdvice
    package var scope: Scope

    package init(_ diagnosis: Diagnosis, retry: RetryAdvice, scope: Scope = .event) {
        self.diagnosis = diagnosis
        self.retry = retry
        self.scope = scope
    }
}
