import Availability
import Foundation
import Hooks
import Logging
import PresenceEngine

/// Tells the world what the engine did: the log, those who watch, and the hooks that something waits for them.
struct IntegrationObserver: EngineObserver {
    let feed: PresenceFeed
    let dispatcher: HookDispatcher
    let meters: Meters
    let finder: MailboxFinder
    let logger: Logger

    func connected(_ connector: String, to server: SourceServer) {
        let version = server.version.map { "v\($0)" } ?? "version unknown"
        logger.info(
            "Connected to Exchange through EWS (\(version))",
            metadata: ["event": "connected", "connector": "\(connector)"]
        )
    }

    func committed(_ updates: [UserUpdate]) {
        told(updates.compactMap(\.event))
    }

    /// These events are in the outbox.
    func told(_ events: [PresenceEvent]) {
        guard !events.isEmpty else { return }
        for event in events {
            log(event)
            feed.publish(event)
        }
        dispatcher.wake()
    }

    func missedChange(of connector: String) { meters.missedChange(of: connector) }

    func missing(_ mailbox: MailboxAddress, from connector: String, _ absence: Diagnosis) {
        finder.note(MailboxAbsence(mailbox: mailbox, connector: connector, diagnosis: absence))
    }

    /// What follows a first reading is no news to anybody, and there is one for each user at every first start.
    private func log(_ event: PresenceEvent) {
        let until = event.current.until.map { until in
            " until \(ClockText(zone: .current, relativeTo: event.at).text(until))"
        }
        logger.log(
            level: event.previous == .unknown ? .debug : .info,
            """
            Presence of \(event.user): \(event.previous.rawValue) -> \(event.current.presence.rawValue)\
            \(until ?? "") (\(event.current.reason.rawValue.replacing("_", with: " ")))
            """,
            metadata: ["event": "presence-changed", "user": "\(event.user)"]
        )
    }
}
