package import Availability
import Foundation
import Logging

/// What people set by hand: news of a mailbox like any other.
extension PresenceEngine {
    /// Shows `override` of a user in place of the one there is; `nil` takes it back. Returns when it is written, with the
    /// presence that follows and the hooks' events.
    ///
    /// - Returns: whether there is such a user here; `false` also of an engine that has stopped.
    /// - Throws: where it could not be written; then nothing has changed.
    package func setOverride(
        _ override: PresenceOverride?,
        of mailbox: MailboxAddress
    ) async throws(StoreFailure) -> Bool {
        guard !isStopped, let ledger, connectorOf[mailbox] != nil else { return false }
        let news = override.map(UserUpdate.Override.set) ?? .cleared
        try await ledger.submit([MailboxNews(mailbox, override: news)])
        // Who was switched off while this waited has no override.
        guard connectorOf[mailbox] != nil else { return false }
        logger.notice(
            "Override of \(mailbox): \(news.words)",
            metadata: ["event": "override-changed", "user": "\(mailbox)"]
        )
        return true
    }
}

extension UserUpdate.Override {
    fileprivate var words: String {
        switch self {
        case .cleared: return "cleared"
        case .set(let override):
            let clock = ClockText(zone: .current, relativeTo: override.setAt)
            let end = if case .at(let time) = override.end { clock.text(time) } else { "the next appointment" }
            return "\(override.presence.rawValue) until \(end)"
        }
    }
}
