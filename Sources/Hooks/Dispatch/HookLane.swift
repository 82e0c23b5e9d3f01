import Availability
import Foundation

/// What the dispatcher keeps in mind of one hook. Bounded: no more events than the hook delivers at once.
struct HookLane {
    /// What delivers now.
    private(set) var run: HookRun
    /// Others of the same name, whose place it took. What they have under way ends with them, and then they are stopped.
    private(set) var replaced: [HookRun] = []
    var resending: ResendOptions
    /// Whether nothing more is taken for it: it is in no configuration any more.
    var isLeaving = false
    /// Deliveries that ended well and that the outbox does not know of yet.
    var delivered: [OutboxEntry] = []
    /// Deliveries that failed, likewise.
    var failed: [FailedDelivery] = []
    /// Whether the outbox is being asked right now, and whether it must be asked again after that.
    var isPumping = false
    var mustPumpAgain = false
    /// Failed deliveries in a row, of all users, that said nothing of the receiver.
    var failures = FailureStreak()
    /// Failures of the outbox in a row.
    var storeFailures = FailureStreak()
    /// How the receiver is out of reach; `nil` where it is not.
    var outage: ReceiverOutage?
    /// Whether what failed is to be tried at once, whenever it was put off to: something has changed.
    var isHastened = false
    /// Whether its receiver wants nothing more, and why where the outbox does not know of it yet.
    var isDisabled = false
    var disabling: HookFailure?
    /// Why the whole state is to be sent once more, as soon as the receiver can be told.
    var wantedResend: ResendReason?

    init(_ hook: any PresenceHook, _ resending: ResendOptions) {
        run = HookRun(hook: hook)
        self.resending = resending
    }

    /// Deliveries under way.
    var delivering: Int { replaced.reduce(run.delivering) { $0 + $1.delivering } }

    /// How many more events may be taken.
    func room(at now: Date) -> Int {
        guard !isLeaving, !isDisabled, run.isStarted, !run.isStopping else { return 0 }
        let free = max(0, run.hook.concurrencyLimit - delivering - delivered.count - failed.count)
        return min(free, outage?.room(at: now) ?? free)
    }

    var isQuiet: Bool { delivering == 0 && !isPumping }

    /// Whether the outbox knows how all deliveries ended.
    var isSettled: Bool { delivered.isEmpty && failed.isEmpty }

    /// Whether something is to be stopped before the lane is forgotten.
    var isAlive: Bool { run.isStarted || !replaced.isEmpty }
}

/// A hook from its start to its stop.
struct HookRun: Sendable {
    let hook: any PresenceHook
    var isStarted = false
    /// Whether it was asked to stop, and has not said yet that it has.
    var isStopping = false
    /// Deliveries under way.
    var delivering = 0
}

/// A delivery that failed.
struct FailedDelivery: Sendable {
    let entry: OutboxEntry
    let failure: HookFailure
    /// When it is tried again; given up without it.
    let retryAt: Date?
}

// MARK: The life of hooks

extension HookLane {
    /// Has `hook` deliver from now on. The same object goes on as if nothing had happened; another one is tried at once,
    /// and where it tells somebody else, how the former receiver was means nothing any more.
    mutating func replace(with hook: any PresenceHook, at now: Date) {
        guard run.hook !== hook else { return }
        if run.hook.target == hook.target {
            outage?.replaced(at: now)
            isHastened = true
        } else {
            outage = nil
            wantedResend = nil
        }
        // The outbox knows which of them is to be told nothing.
        isDisabled = false
        disabling = nil
        replaced.append(run)
        let back = replaced.firstIndex { $0.hook === hook }
        run = back.map { replaced.remove(at: $0) } ?? HookRun(hook: hook)
    }

    /// The hook that is to be started before anything is delivered; noted as started.
    mutating func takeUnstarted() -> (any PresenceHook)? {
        guard !isLeaving, !run.isStarted, !mustWait else { return nil }
        run.isStarted = true
        return run.hook
    }

    /// Whether the hook cannot begin before one whose place it took has stopped.
    private var mustWait: Bool {
        run.hook.isExclusive && replaced.contains { $0.isStarted && $0.hook.target == run.hook.target }
    }

    /// One that has delivered for the last time and is to be stopped; ``stopped(_:)`` is to follow where others go on.
    ///
    /// - Parameter isEnding: whether that is so of all of them.
    mutating func takeEnded(isEnding: Bool) -> (any PresenceHook)? {
        // Those that never began have no end.
        replaced.removeAll { $0.delivering == 0 && !$0.isStarted }
        if let index = replaced.firstIndex(where: { $0.delivering == 0 && !$0.isStopping }) {
            replaced[index].isStopping = true
            return replaced[index].hook
        }
        guard isEnding || isLeaving, run.isStarted, !run.isStopping, run.delivering == 0 else { return nil }
        run.isStopping = true
        return run.hook
    }

    /// One that was asked to has stopped.
    mutating func stopped(_ hook: any PresenceHook) {
        replaced.removeAll { $0.hook === hook && $0.isStopping }
        // It may be wanted again meanwhile.
        if run.hook === hook, run.isStopping { run = HookRun(hook: hook) }
    }

    /// A delivery by `hook` began (1) or ended (-1).
    mutating func count(_ change: Int, of hook: any PresenceHook) {
        if run.hook === hook { return run.delivering += change }
        guard let index = replaced.firstIndex(where: { $0.hook === hook }) else { return }
        replaced[index].delivering += change
    }
}
