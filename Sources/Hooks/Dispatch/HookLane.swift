import Availability
import Foundation

/// What the dispatcher keeps in mind of one hook. Bounded: no more events than the hook delivers at once.
struct HookLane {
    /// Another one of the same name may take its place; what is under way ends with the one it began with.
    var hook: any PresenceHook
    /// Whether nothing more is taken for it: it is in no configuration any more.
    var isLeaving = false
    /// Deliveries under way.
    var delivering = 0
    /// Deliveries that ended and that the outbox does not know of yet.
    var unsettled: [Settlement] = []
    /// Whether the outbox is being asked right now, and whether it must be asked again after that.
    var isPumping = false
    var mustPumpAgain = false
    /// Failed deliveries in a row, of all users.
    var failures = FailureStreak()
    /// Failures of the outbox in a row.
    var storeFailures = FailureStreak()

    init(_ hook: any PresenceHook) {
        self.hook = hook
    }

    /// How many more events may be taken.
    var free: Int { isLeaving ? 0 : max(0, hook.concurrencyLimit - delivering - unsettled.count) }

    var isQuiet: Bool { delivering == 0 && !isPumping }
}

/// A delivery that ended.
struct Settlement: Sendable {
    let entry: OutboxEntry
    let result: Result

    enum Result: Sendable {
        case delivered
        /// To be tried again after so many seconds, or given up without them.
        case failed(HookFailure, retryAfter: TimeInterval?)
    }
}
