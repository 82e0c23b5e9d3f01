import Availability
import Dispatch
package import Foundation
import SerialQueue

/// The daemon's clock and its one list of deadlines, on one Dispatch queue.
///
/// One wall-clock timer stands at the earliest deadline and is computed anew each time. Beside it a tick on the
/// uptime clock looks again every ten seconds: a wall-clock timer may sleep through a step of the clock, and the tick
/// is also what feeds the service manager's watchdog, so that a stuck queue is seen from outside.
package actor DispatchScheduler: Scheduler {
    private static let tick: DispatchTimeInterval = .seconds(10)

    private let serial = SerialQueue(label: "freebusyd.scheduler", qos: .userInitiated)
    private let onTick: @Sendable () -> Void
    private let alarm: any DispatchSourceTimer
    private let ticker: any DispatchSourceTimer
    private var heap = DeadlineHeap<String>()
    private var actions: [String: @Sendable () async -> Void] = [:]

    /// - Parameter onTick: called on the scheduler's queue at every tick; must not block.
    package init(onTick: @escaping @Sendable () -> Void = {}) {
        self.onTick = onTick
        let alarm = DispatchSource.makeTimerSource(queue: serial.queue)
        let ticker = DispatchSource.makeTimerSource(queue: serial.queue)
        self.alarm = alarm
        self.ticker = ticker
        // An inactive source must not be released, so both run from the start; the alarm has nothing to do yet.
        alarm.schedule(wallDeadline: .distantFuture)
        ticker.schedule(deadline: .now(), repeating: Self.tick, leeway: .seconds(1))
        let fire: @Sendable () -> Void = { [weak self] in self?.assumeIsolated { $0.fire() } }
        let beat: @Sendable () -> Void = { [weak self] in self?.assumeIsolated { $0.beat() } }
        alarm.setEventHandler(handler: fire)
        ticker.setEventHandler(handler: beat)
        alarm.activate()
        ticker.activate()
    }

    isolated deinit {
        alarm.cancel()
        ticker.cancel()
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    package nonisolated var now: Date { Date() }

    package nonisolated func schedule(_ name: String, at time: Date, action: @escaping @Sendable () async -> Void) {
        serial.queue.async {
            self.assumeIsolated { $0.set(name, at: time, action: action) }
        }
    }

    package nonisolated func cancel(_ name: String) {
        serial.queue.async {
            self.assumeIsolated { $0.set(name, at: nil, action: nil) }
        }
    }

    private func set(_ name: String, at time: Date?, action: (@Sendable () async -> Void)?) {
        heap.set(name, at: time)
        actions[name] = action
        arm()
    }

    private func beat() {
        fire()
        onTick()
    }

    private func fire() {
        for name in heap.popDue(at: now) {
            guard let action = actions.removeValue(forKey: name) else { continue }
            Task { await action() }
        }
        arm()
    }

    private func arm() {
        guard let earliest = heap.earliest else { return alarm.schedule(wallDeadline: .distantFuture) }
        // A bounded distance keeps the arithmetic of timers safe; the tick and the next computation do the rest.
        let seconds = min(max(earliest.timeIntervalSince(now), 0), 86_400)
        alarm.schedule(wallDeadline: .now() + seconds, leeway: .milliseconds(1))
    }
}
