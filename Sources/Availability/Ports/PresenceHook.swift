/// A way to tell the telephone system. It sends once; retries, order and persistence are the outbox's.
package protocol PresenceHook: Sendable {
    var name: String { get }

    /// As in the configuration: `exec`, `webhook`, …
    var kind: String { get }

    /// How many deliveries, each for another user, may be under way at once.
    var concurrencyLimit: Int { get }

    /// Delivers one event, within the hook's own time limit. May be called again with the same event.
    func deliver(_ event: PresenceEvent) async throws(HookFailure)
}

/// A delivery failed.
package struct HookFailure: ExplainedError, Hashable {
    package var diagnosis: Diagnosis
    package var retry: RetryAdvice

    package init(_ diagnosis: Diagnosis, retry: RetryAdvice) {
        self.diagnosis = diagnosis
        self.retry = retry
    }
}
