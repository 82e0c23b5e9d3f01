package import Availability
import Dispatch
package import Foundation
package import Logging
import SerialQueue

/// Takes events out of the outbox and has the hooks deliver them: each hook for itself, one event of a user at a time.
///
/// It asks the outbox when told that there is something new (`wake`), when a delivery ended, and at the time of the next
/// retry; never in between. What fails is tried again at growing distances, whatever happens to the outbox. A receiver that
/// is out of reach is tried with one event, and told the whole state once more where it was away for long.
package actor HookDispatcher {
    enum State {
        case stopped, starting, running, stopping
    }

    private let serial = SerialQueue(label: "freebusyd.hooks")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    let outbox: any Outbox
    let scheduler: any Scheduler
    let log: DeliveryLog
    let meter: (any DeliveryMeter)?
    let retries: RetrySchedule
    let jitter: @Sendable () -> Double
    var lanes: [String: HookLane]
    var state = State.stopped
    var startFailures = FailureStreak()
    /// What is under way besides deliveries and the pumps of the lanes: questions to the outbox, hooks that stop.
    var besides = 0
    private var quietWaiters: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - hooks: their names must differ.
    ///   - resending: by the name of a hook; the others have the usual options.
    ///   - meter: is told of every delivery.
    ///   - jitter: gives random numbers from 0 up to, but not including, 1.
    package init(
        hooks: [any PresenceHook],
        resending: [String: ResendOptions] = [:],
        outbox: any Outbox,
        scheduler: any Scheduler,
        logger: Logger,
        meter: (any DeliveryMeter)? = nil,
        retries: RetrySchedule = RetrySchedule(),
        jitter: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.outbox = outbox
        self.scheduler = scheduler
        self.retries = retries
        self.jitter = jitter
        self.meter = meter
        log = DeliveryLog(logger: logger)
        lanes = Dictionary(
            hooks.map { ($0.name, HookLane($0, resending[$0.name] ?? ResendOptions())) }
        ) { first, _ in first }
    }

    /// Begins to deliver, first of all what an earlier life had under way. Returns before anything is delivered.
    package func start() async {
        guard state == .stopped else { return }
        state = .starting
        await release()
    }

    /// Delivers through these hooks from now on. Those that stay, which are the same objects, notice nothing; of those
    /// that go or are replaced by another of the same name, what is under way is let come to its end, and then they are
    /// stopped. What the outbox is to hold for the new ones must be in it already.
    package func change(to hooks: [any PresenceHook], resending: [String: ResendOptions] = [:]) {
        let wanted = Dictionary(hooks.map { ($0.name, $0) }) { first, _ in first }
        for name in lanes.keys where wanted[name] == nil {
            lanes[name]?.isLeaving = true
            scheduler.cancel(Self.deadline(name))
            scheduler.cancel(Self.resendDeadline(name))
            pumpSoon(name)
            forgetIfDone(name)
        }
        for (name, hook) in wanted {
            let options = resending[name] ?? ResendOptions()
            lanes[name, default: HookLane(hook, options)].replace(with: hook, at: scheduler.now)
            lanes[name]?.resending = options
            lanes[name]?.isLeaving = false
            pumpSoon(name)
        }
    }

    /// Says that there may be something new in the outbox. Cheap, and may be called from anywhere.
    package nonisolated func wake() {
        soon { $0.pumpAll() }
    }

    /// Takes nothing more, waits until the deliveries under way have ended, each within its hook's time limit, and stops
    /// the hooks.
    package func stop() async {
        guard state != .stopped else { return }
        state = .stopping
        scheduler.cancel(Self.startDeadline)
        for name in lanes.keys {
            scheduler.cancel(Self.deadline(name))
            scheduler.cancel(Self.resendDeadline(name))
        }
        await idle()
        for name in lanes.keys {
            stopEnded(name, isEnding: true)
            lanes[name]?.delivered = []
            lanes[name]?.failed = []
        }
        await idle()
        state = .stopped
    }

    /// Waits until nothing is under way: what is still to do waits for a time, or for `wake`.
    package func idle() async {
        guard !isQuiet else { return }
        await withCheckedContinuation { quietWaiters.append($0) }
    }

    /// When each hook whose receiver is out of reach tries it again, by name; a time that has passed where it is being
    /// tried.
    package var pauses: [String: Date] { lanes.compactMapValues { $0.outage?.retryAt } }

    func resumeIfQuiet() {
        guard isQuiet else { return }
        for waiter in quietWaiters { waiter.resume() }
        quietWaiters = []
    }

    /// For those who cannot wait for their turn.
    nonisolated func soon(_ work: @escaping @Sendable (isolated HookDispatcher) -> Void) {
        serial.queue.async { self.assumeIsolated { work($0) } }
    }

    private var isQuiet: Bool { besides == 0 && lanes.values.allSatisfy(\.isQuiet) }

    static let startDeadline = "hooks: start"

    static func deadline(_ name: String) -> String { "hooks: \(name)" }

    static func resendDeadline(_ name: String) -> String { "hooks, once more: \(name)" }
}
