import Availability
import Foundation
import Logging

/// What is told of receivers as a whole.
extension DeliveryLog {
    /// Not for each attempt: the caller limits them.
    func outOfReach(hook: String, _ failure: HookFailure, _ outage: ReceiverOutage, at now: Date) {
        let count = outage.failures.count
        let beginning = count == 1 ? "cannot tell anybody now" : "still cannot tell anybody after \(count) attempts"
        let delay = AgeText.text(outage.retryAt.timeIntervalSince(now).rounded(.up))
        logger.warning(
            "Hook \(hook) \(beginning), everything waits, tried again in \(delay): \(Self.text(failure))",
            metadata: ["hook": "\(hook)", "failures": "\(count)"].merging(Self.metadata(failure)) { first, _ in first }
        )
    }

    /// - Parameter isToldAll: whether the whole state follows, and not only what waited.
    func withinReach(hook: String, _ outage: ReceiverOutage, at now: Date, isToldAll: Bool) {
        let follows = isToldAll ? "what everybody shows follows" : "what waited follows"
        logger.notice(
            "Hook \(hook) delivers again after \(AgeText.text(outage.duration(at: now))) out of reach; \(follows)",
            metadata: ["event": "hook-recovered", "hook": "\(hook)", "failures": "\(outage.failures.count)"]
        )
    }

    func disabled(hook: String, _ failure: HookFailure) {
        logger.error(
            "Hook \(hook) is disabled and told nothing more: \(Self.text(failure))",
            metadata: ["hook": "\(hook)"].merging(Self.metadata(failure)) { first, _ in first }
        )
    }

    func resent(_ resend: HookResend, _ reason: ResendReason) {
        let users = resend.users == 1 ? "1 user" : "\(resend.users) users"
        logger.notice(
            "Hook \(resend.hook) is told once more what \(users) show, \(resend.perSecond) a second: \(reason)",
            metadata: ["event": "hook-resend", "hook": "\(resend.hook)"]
        )
    }
}

extension ResendReason: CustomStringConvertible {
    /// For the log.
    var description: String {
        switch self {
        case .outage(let duration): "it was out of reach for \(AgeText.text(duration))"
        case .forgotten: "its receiver may have lost what it knew"
        case .request: "as asked for"
        }
    }
}
