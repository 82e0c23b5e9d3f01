package import Availability
package import Foundation

/// What an engine is made of; to change any of it, make a new engine.
package struct EngineSetup: Sendable {
    /// One for each enabled connector.
    package var sources: [any CalendarSource]
    /// The names of the hooks that are told of every change.
    package var hooks: [String]
    package var rules: PresenceRules
    /// How many days ahead presence must be known; one more is read.
    package var lookaheadDays: Int
    /// Seconds between two scans of all mailboxes.
    package var scanInterval: TimeInterval

    package init(
        sources: [any CalendarSource],
        hooks: [String],
        rules: PresenceRules = PresenceRules(),
        lookaheadDays: Int = 7,
        scanInterval: TimeInterval = 7 * 86_400
    ) {
        self.sources = sources
        self.hooks = hooks
        self.rules = rules
        self.lookaheadDays = lookaheadDays
        self.scanInterval = scanInterval
    }
}

/// What the engine tells its surroundings. Called in order; must not block.
package protocol EngineObserver: Sendable {
    /// A server answered for the first time, or again after a failure.
    func connected(_ connector: String, to server: SourceServer)

    /// These changes are in the database.
    func committed(_ updates: [UserUpdate])
}

/// How the engine is, for `status`.
package struct EngineStatus: Sendable {
    /// A connector and what was last seen of its server.
    package struct Connector: Sendable {
        package var name: String
        package var phase: ConnectorHealth.Phase
        package var server: SourceServer
        package var failure: StoredFailure?

        package init(
            name: String,
            phase: ConnectorHealth.Phase,
            server: SourceServer,
            failure: StoredFailure? = nil
        ) {
            self.name = name
            self.phase = phase
            self.server = server
            self.failure = failure
        }
    }

    package var connectors: [Connector]
    package var nextScanAt: Date?

    package init(connectors: [Connector], nextScanAt: Date? = nil) {
        self.connectors = connectors
        self.nextScanAt = nextScanAt
    }
}

/// How a forced reading comes along.
package enum ForceProgress: Sendable {
    /// So many of all mailboxes were read or failed.
    case progress(done: Int, total: Int)
    case changed(PresenceEvent)
    /// The last one. Connectors that could not be asked are named with the reason.
    case finished(failed: [MailboxAddress], unreachable: [String: Diagnosis])
}
