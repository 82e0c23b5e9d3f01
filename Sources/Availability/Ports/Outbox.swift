package import Foundation

/// Events that wait for delivery: at most one for each hook, user and extension, the newest. Each stands behind every
/// earlier one of its user, and of its extension, which may have been another user's.
///
/// An event that is replaced before it was taken hands its `previous` on to its successor, so that a receiver sees an
/// unbroken chain.
package protocol Outbox: Sendable {
    /// Takes up to `limit` events of `hook` that are due at `now`, longest due first, and marks them as being sent.
    /// Events already being sent, and what stands behind them, are left alone.
    func take(for hook: String, dueAt now: Date, limit: Int) async throws(StoreFailure) -> [OutboxEntry]

    /// These events were delivered; newer ones of the same users may now be taken. All in one transaction.
    func delivered(_ entries: [OutboxEntry], at time: Date) async throws(StoreFailure)

    /// The event was not delivered and is due again at `retryAt`; a newer one that replaced it in the meantime too.
    /// Without `retryAt` it is given up.
    func failed(_ entry: OutboxEntry, at time: Date, retryAt: Date?, why: String) async throws(StoreFailure)

    /// When the next event of `hook` that is not being sent is due; `nil` where none waits.
    func nextDue(for hook: String) async throws(StoreFailure) -> Date?

    /// Forgets that anything is being sent: after a start, what a killed daemon had under way is due again.
    func releaseAll() async throws(StoreFailure)

    /// What failed and waits for another attempt is due now: somebody has mended what made it fail.
    func hasten(_ hook: String, at now: Date) async throws(StoreFailure)

    /// Has the hook told once more what every user of its audience shows now, so many a second. Whoever has an event
    /// waiting already is not told twice; and what is new meanwhile does not wait for its turn. Where an event is being
    /// sent, the repetition is put behind it.
    /// - Returns: how many users that are, without those left out.
    func resend(for hook: String, at now: Date, perSecond: Int, staleAfter: TimeInterval) async throws(StoreFailure)
        -> Int

    /// The hook is told nothing more, across restarts, and what waits for it is forgotten: its receiver said so.
    func disable(_ hook: String, at time: Date, why: String) async throws(StoreFailure)

    /// Takes that back. The hook knows nothing then: `resend` is to follow.
    func enable(_ hook: String) async throws(StoreFailure)

    /// Counts of each hook, by name.
    func statistics() async throws(StoreFailure) -> [String: OutboxStatistics]
}

/// An event on its way.
package struct OutboxEntry: Hashable, Sendable {
    package var hook: String
    package var event: PresenceEvent
    /// How often its delivery failed so far.
    package var attempts: Int

    package init(hook: String, event: PresenceEvent, attempts: Int) {
        self.hook = hook
        self.event = event
        self.attempts = attempts
    }
}

/// How the deliveries of a hook go. Counts are since the database was made.
package struct OutboxStatistics: Hashable, Sendable {
    package var queued: Int
    package var delivered: Int
    /// Attempts that failed.
    package var failed: Int
    package var lastError: String?
    package var lastErrorAt: Date?
    /// From when the oldest event is that waits or is being sent.
    package var oldestAt: Date?
    /// Since when the hook is told nothing because its receiver wants nothing; `nil` where it is told.
    package var disabledAt: Date?

    package init(
        queued: Int = 0,
        delivered: Int = 0,
        failed: Int = 0,
        lastError: String? = nil,
        lastErrorAt: Date? = nil,
        oldestAt: Date? = nil,
        disabledAt: Date? = nil
    ) {
        self.queued = queued
        self.delivered = delivered
        self.failed = failed
        self.lastError = lastError
        self.lastErrorAt = lastErrorAt
        self.oldestAt = oldestAt
        self.disabledAt = disabledAt
    }
}
