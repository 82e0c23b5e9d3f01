package import Availability
import Foundation

/// Telling a hook the whole state once more.
extension HookDispatcher {
    /// Has these hooks told once more what everybody shows, each at its pace, or all of them. One that was disabled is told
    /// again, and one whose receiver is out of reach tries it at once. Names that are not known are passed over.
    ///
    /// - Returns: what is told now, sorted by name.
    package func resend(_ names: [String]?) async throws(StoreFailure) -> [HookResend] {
        var resends: [HookResend] = []
        for name in names.map(Set.init)?.sorted() ?? lanes.keys.sorted() {
            guard state == .running || state == .starting, lanes[name]?.isLeaving == false else { continue }
            try await outbox.enable(name)
            lanes[name]?.isDisabled = false
            lanes[name]?.disabling = nil
            await lanes[name]?.run.hook.mended()
            lanes[name]?.outage?.tryNow(at: scheduler.now)
            lanes[name]?.isHastened = true
            lanes[name]?.wantedResend = nil
            scheduler.cancel(Self.resendDeadline(name))
            if let resend = try await resend(name, .request) { resends.append(resend) }
        }
        return resends
    }

    /// The receiver of `hook` may have lost what it was told.
    func receiverForgot(_ hook: any PresenceHook) {
        let name = hook.name
        guard let lane = lanes[name], lane.run.hook === hook, !lane.isLeaving, !lane.isDisabled else { return }
        lanes[name]?.wantedResend = lane.wantedResend ?? .forgotten
        if lane.outage == nil { return resendSoon(name) }
        // Whoever forgot can be told.
        lanes[name]?.outage?.tryNow(at: scheduler.now)
        lanes[name]?.isHastened = true
        pumpSoon(name)
    }

    /// A little later, so that several reasons that come together are one.
    func resendSoon(_ name: String) {
        resendLater(name, at: scheduler.now.addingTimeInterval(Self.gathering))
    }

    private func resendLater(_ name: String, at time: Date) {
        guard state == .running else { return }
        scheduler.schedule(Self.resendDeadline(name), at: time) { [weak self] in await self?.resendIfWanted(name) }
    }

    /// While the receiver is out of reach it waits: the end of that asks again.
    private func resendIfWanted(_ name: String) async {
        guard state == .running, let lane = lanes[name], !lane.isLeaving, lane.outage == nil,
            let reason = lane.wantedResend
        else { return }
        lanes[name]?.wantedResend = nil
        do {
            _ = try await resend(name, reason)
            if let count = lanes[name]?.storeFailures.succeeded() { log.storeRecovered(failures: count) }
        } catch {
            guard state == .running, let isWorthTelling = lanes[name]?.storeFailures.failed() else { return }
            let failures = lanes[name]?.storeFailures.count ?? 1
            if isWorthTelling { log.storeFailed(error, failures: failures) }
            if lanes[name]?.wantedResend == nil { lanes[name]?.wantedResend = reason }
            resendLater(name, at: retryTime(afterFailures: failures))
        }
    }

    private func resend(_ name: String, _ reason: ResendReason) async throws(StoreFailure) -> HookResend? {
        guard let options = lanes[name]?.resending else { return nil }
        besides += 1
        defer {
            besides -= 1
            resumeIfQuiet()
        }
        let users = try await outbox.resend(
            for: name,
            at: scheduler.now,
            perSecond: options.perSecond,
            staleAfter: options.staleAfter
        )
        let resend = HookResend(hook: name, users: users, perSecond: options.perSecond)
        meter?.resent(name)
        log.resent(resend, reason)
        pumpSoon(name)
        return resend
    }

    /// Seconds.
    private static let gathering = 2.0
}
