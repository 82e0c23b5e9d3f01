import Availability
import Foundation

/// Deliveries: how they begin, and what their end says of their event, of the receiver and of the hook.
extension HookDispatcher {
    /// - Parameter isProbe: whether it is to tell if the receiver can be reached again.
    func launch(_ entry: OutboxEntry, _ hook: any PresenceHook, isProbe: Bool) {
        lanes[entry.hook]?.count(1, of: hook)
        if isProbe, lanes[entry.hook]?.run.hook === hook { lanes[entry.hook]?.outage?.probe() }
        Task {
            do throws(HookFailure) {
                try await hook.deliver(entry.event)
                delivered(entry, by: hook, isProbe: isProbe)
            } catch {
                failed(entry, error, by: hook, isProbe: isProbe)
            }
        }
    }

    private func delivered(_ entry: OutboxEntry, by hook: any PresenceHook, isProbe: Bool) {
        let name = entry.hook
        lanes[name]?.count(-1, of: hook)
        lanes[name]?.delivered.append(entry)
        meter?.delivered(entry, at: scheduler.now)
        log.delivered(entry)
        if lanes[name]?.run.hook === hook {
            if isProbe { endOutage(name) }
            if lanes[name]?.outage == nil, let count = lanes[name]?.failures.succeeded() {
                log.recovered(hook: name, failures: count)
            }
        }
        pumpSoon(name)
    }

    private func failed(_ entry: OutboxEntry, _ failure: HookFailure, by hook: any PresenceHook, isProbe: Bool) {
        let name = entry.hook
        lanes[name]?.count(-1, of: hook)
        meter?.failed(entry, failure)
        let isCurrent = lanes[name]?.run.hook === hook
        let retryAt =
            switch failure.scope {
            case .event: eventFailed(entry, failure, isProbe: isProbe && isCurrent)
            case .receiver where isCurrent: receiverFailed(name, failure, isProbe: isProbe)
            case .hook where isCurrent: hookFailed(name, failure)
            // What was true of the receiver of a former hook says nothing of this one's.
            case .receiver, .hook: scheduler.now
            }
        lanes[name]?.failed.append(FailedDelivery(entry: entry, failure: failure, retryAt: retryAt))
        pumpSoon(name)
    }

    /// - Returns: when the event is tried again; `nil` where it is given up.
    private func eventFailed(_ entry: OutboxEntry, _ failure: HookFailure, isProbe: Bool) -> Date? {
        // The receiver answered.
        if isProbe { endOutage(entry.hook) }
        let isWorthTelling = lanes[entry.hook]?.failures.failed() ?? true
        let count = lanes[entry.hook]?.failures.count ?? 1
        let delay = retries.delay(afterFailures: entry.attempts + 1, advice: failure.retry, jitter: jitter())
        guard let delay else {
            log.gaveUp(entry, failure)
            return nil
        }
        if isWorthTelling { log.failed(entry, failure, failures: count, retryAfter: delay) }
        return scheduler.now.addingTimeInterval(delay)
    }

    /// - Returns: when the event is tried again, with all the others that wait for the receiver.
    private func receiverFailed(_ name: String, _ failure: HookFailure, isProbe: Bool) -> Date {
        let now = scheduler.now
        var outage = lanes[name]?.outage ?? ReceiverOutage(since: now)
        if isProbe || lanes[name]?.outage == nil {
            if outage.failed(at: now, failure.retry, retries: retries, jitter: jitter()) {
                log.outOfReach(hook: name, failure, outage, at: now)
            }
        } else {
            outage.failedBesides(at: now, failure.retry, retries: retries)
        }
        lanes[name]?.outage = outage
        return outage.retryAt
    }

    /// - Returns: when the event would be tried again, should the outbox not be able to note that it is not.
    private func hookFailed(_ name: String, _ failure: HookFailure) -> Date {
        if lanes[name]?.isDisabled == false {
            log.disabled(hook: name, failure)
            lanes[name]?.isDisabled = true
            lanes[name]?.disabling = failure
            lanes[name]?.outage = nil
            lanes[name]?.wantedResend = nil
        }
        return scheduler.now
    }

    /// The receiver was told something again.
    private func endOutage(_ name: String) {
        guard let lane = lanes[name], let outage = lane.outage else { return }
        let now = scheduler.now
        lanes[name]?.outage = nil
        // Told in the same breath.
        _ = lanes[name]?.failures.succeeded()
        if outage.isFollowedByResend(at: now, from: lane.resending.afterOutage) {
            lanes[name]?.wantedResend = .outage(outage.duration(at: now))
        }
        let isToldAll = lanes[name]?.wantedResend != nil
        log.withinReach(hook: name, outage, at: now, isToldAll: isToldAll)
        if isToldAll { resendSoon(name) }
    }
}
