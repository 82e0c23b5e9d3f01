package import Availability
import Dispatch
import Foundation
package import Logging
import SerialQueue

/// Takes events out of the outbox and has the hooks deliver them: each hook for itself, one event of a user at a time.
///
/// It asks the outbox when told that there is something new (`wake`), when a delivery ended, and at the time of the next
/// retry; never in between. What fails is tried again at growing distances, whatever happens to the outbox.
package actor HookDispatcher {
    private enum State {
        case stopped, starting, running, stopping
    }

    private let serial = SerialQueue(label: "freebusyd.hooks")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    private let outbox: any Outbox
    private let scheduler: any Scheduler
    private let log: DeliveryLog
    private let meter: (any DeliveryMeter)?
    private let retries: RetrySchedule
    private let jitter: @Sendable () -> Double
    private var lanes: [String: HookLane]
    private var state = State.stopped
    private var startFailures = FailureStreak()
    private var isReleasing = false
    private var quietWaiters: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - hooks: their names must differ.
    ///   - meter: is told of every delivery.
    ///   - jitter: gives random numbers from 0 up to, but not including, 1.
    package init(
        hooks: [any PresenceHook],
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
        lanes = Dictionary(hooks.map { ($0.name, HookLane($0)) }) { first, _ in first }
    }

    /// Begins to deliver, first of all what an earlier life had under way. Returns before anything is delivered.
    package func start() async {
        guard state == .stopped else { return }
        state = .starting
        await release()
    }

    /// Delivers through these hooks from now on. Those that stay notice nothing; of those that go, what is under way is
    /// let come to its end. What the outbox is to hold for the new ones must be in it already.
    package func change(to hooks: [any PresenceHook]) {
        let wanted = Dictionary(hooks.map { ($0.name, $0) }) { first, _ in first }
        for name in lanes.keys where wanted[name] == nil {
            lanes[name]?.isLeaving = true
            scheduler.cancel(Self.deadline(name))
            forgetIfDone(name)
        }
        for (name, hook) in wanted {
            lanes[name, default: HookLane(hook)].hook = hook
            lanes[name]?.isLeaving = false
            pumpSoon(name)
        }
    }

    /// Says that there may be something new in the outbox. Cheap, and may be called from anywhere.
    package nonisolated func wake() {
        serial.queue.async { self.assumeIsolated { $0.pumpAll() } }
    }

    /// Takes nothing more, and waits until the deliveries under way have ended, each within its hook's time limit.
    package func stop() async {
        guard state != .stopped else { return }
        state = .stopping
        scheduler.cancel(Self.startDeadline)
        for name in lanes.keys { scheduler.cancel(Self.deadline(name)) }
        await idle()
        for name in lanes.keys { lanes[name]?.unsettled = [] }
        state = .stopped
    }

    /// Waits until nothing is under way: what is still to do waits for a time, or for `wake`.
    package func idle() async {
        guard !isQuiet else { return }
        await withCheckedContinuation { quietWaiters.append($0) }
    }

    private var isQuiet: Bool { !isReleasing && lanes.values.allSatisfy(\.isQuiet) }

    private static let startDeadline = "hooks: start"

    private static func deadline(_ name: String) -> String { "hooks: \(name)" }
}

// MARK: Asking the outbox

extension HookDispatcher {
    private func release() async {
        guard state == .starting else { return }
        isReleasing = true
        defer {
            isReleasing = false
            resumeIfQuiet()
        }
        do {
            try await outbox.releaseAll()
            guard state == .starting else { return }
            if let count = startFailures.succeeded() { log.storeRecovered(failures: count) }
            state = .running
            pumpAll()
        } catch {
            guard state == .starting else { return }
            if startFailures.failed() { log.storeFailed(error, failures: startFailures.count) }
            scheduler.schedule(Self.startDeadline, at: retryTime(afterFailures: startFailures.count)) { [weak self] in
                await self?.release()
            }
        }
    }

    private func pumpAll() {
        for name in lanes.keys { pumpSoon(name) }
    }

    private func pumpSoon(_ name: String) {
        guard state == .running || state == .stopping, let lane = lanes[name] else { return }
        guard !lane.isPumping else {
            lanes[name]?.mustPumpAgain = true
            return
        }
        lanes[name]?.isPumping = true
        Task { await pump(name) }
    }

    /// One at a time for each hook, so that nobody else takes from its lane between the question and the answer.
    private func pump(_ name: String) async {
        repeat {
            lanes[name]?.mustPumpAgain = false
            do {
                try await settle(name)
                try await takeAndLaunch(name)
                if let count = lanes[name]?.storeFailures.succeeded() { log.storeRecovered(failures: count) }
            } catch {
                storeFailed(name, error)
            }
        } while lanes[name]?.mustPumpAgain == true
        lanes[name]?.isPumping = false
        forgetIfDone(name)
        resumeIfQuiet()
    }

    private func settle(_ name: String) async throws(StoreFailure) {
        while let settlement = lanes[name]?.unsettled.first {
            let now = scheduler.now
            switch settlement.result {
            case .delivered:
                try await outbox.delivered([settlement.entry], at: now)
            case .failed(let failure, let delay):
                try await outbox.failed(
                    settlement.entry,
                    at: now,
                    retryAt: delay.map(now.addingTimeInterval),
                    why: "\(failure.diagnosis.id): \(failure.diagnosis.summary)"
                )
            }
            lanes[name]?.unsettled.removeFirst()
        }
    }

    private func takeAndLaunch(_ name: String) async throws(StoreFailure) {
        guard state == .running, let lane = lanes[name], lane.free > 0 else { return }
        let entries = try await outbox.take(for: name, dueAt: scheduler.now, limit: lane.free)
        // Stopped meanwhile: they stay marked, and the next start releases them.
        guard state == .running else { return }
        for entry in entries { launch(entry, lane.hook) }
        // Without room the end of a delivery asks again.
        guard lanes[name]?.free ?? 0 > 0 else { return scheduler.cancel(Self.deadline(name)) }
        let due = try await outbox.nextDue(for: name)
        guard state == .running else { return }
        guard let due else { return scheduler.cancel(Self.deadline(name)) }
        pumpLater(name, at: due)
    }

    private func pumpLater(_ name: String, at time: Date) {
        scheduler.schedule(Self.deadline(name), at: time) { [weak self] in await self?.pumpSoon(name) }
    }

    private func storeFailed(_ name: String, _ failure: StoreFailure) {
        guard let isWorthTelling = lanes[name]?.storeFailures.failed(), let lane = lanes[name] else { return }
        if isWorthTelling { log.storeFailed(failure, failures: lane.storeFailures.count) }
        guard state == .running else { return }
        pumpLater(name, at: retryTime(afterFailures: lane.storeFailures.count))
    }

    /// The outbox is tried again even where it says it is no use: somebody may have mended it.
    private func retryTime(afterFailures failures: Int) -> Date {
        let delay = retries.delay(afterFailures: failures, advice: .later, jitter: jitter())
        return scheduler.now.addingTimeInterval(delay ?? retries.longest)
    }
}

// MARK: Delivering

extension HookDispatcher {
    private func launch(_ entry: OutboxEntry, _ hook: any PresenceHook) {
        lanes[entry.hook]?.delivering += 1
        Task {
            do throws(HookFailure) {
                try await hook.deliver(entry.event)
                finished(Settlement(entry: entry, result: .delivered))
            } catch {
                finished(Settlement(entry: entry, result: .failed(error, retryAfter: delay(of: entry, after: error))))
            }
        }
    }

    private func delay(of entry: OutboxEntry, after failure: HookFailure) -> TimeInterval? {
        retries.delay(afterFailures: entry.attempts + 1, advice: failure.retry, jitter: jitter())
    }

    private func finished(_ settlement: Settlement) {
        let name = settlement.entry.hook
        lanes[name]?.delivering -= 1
        lanes[name]?.unsettled.append(settlement)
        tell(settlement)
        pumpSoon(name)
    }

    private func tell(_ settlement: Settlement) {
        let name = settlement.entry.hook
        switch settlement.result {
        case .delivered:
            meter?.delivered(settlement.entry, at: scheduler.now)
            log.delivered(settlement.entry)
            if let count = lanes[name]?.failures.succeeded() { log.recovered(hook: name, failures: count) }
        case .failed(let failure, let delay):
            meter?.failed(settlement.entry, failure)
            let isWorthTelling = lanes[name]?.failures.failed() ?? true
            let count = lanes[name]?.failures.count ?? 1
            guard let delay else { return log.gaveUp(settlement.entry, failure) }
            if isWorthTelling { log.failed(settlement.entry, failure, failures: count, retryAfter: delay) }
        }
    }

    private func forgetIfDone(_ name: String) {
        guard let lane = lanes[name], lane.isLeaving, lane.isQuiet else { return }
        lanes[name] = nil
    }

    private func resumeIfQuiet() {
        guard isQuiet else { return }
        for waiter in quietWaiters { waiter.resume() }
        quietWaiters = []
    }
}
