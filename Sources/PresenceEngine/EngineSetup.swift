package import Availability
package import Foundation

/// What an engine is made of; to change any of it, make a new engine.
package struct EngineSetup: Sendable {
    /// One for each enabled connector.
    package var sources: [any CalendarSource]
    /// How changes between the scans are known; `nil` where they are not.
    package var notifications: NotificationSetup?
    /// How changes of automatic replies are noticed between the scans; `nil` where they are not.
    package var replies: ReplySetup?
    /// Who is told of changes.
    package var hooks: [HookRegistration]
    package var rules: PresenceRules
    /// How many days ahead presence must be known; one more is read.
    package var lookaheadDays: Int
    /// Seconds between two scans of all mailboxes.
    package var scanInterval: TimeInterval
    /// Seconds within which every mailbox is read once more, evenly spread, whatever notifications tell; `nil` for never.
    package var reconcileInterval: TimeInterval?

    package init(
        sources: [any CalendarSource],
        notifications: NotificationSetup? = nil,
        replies: ReplySetup? = nil,
        hooks: [HookRegistration],
        rules: PresenceRules = PresenceRules(),
        lookaheadDays: Int = 7,
        scanInterval: TimeInterval = 7 * 86_400,
        reconcileInterval: TimeInterval? = nil
    ) {
        self.sources = sources
        self.notifications = notifications
        self.replies = replies
        self.hooks = hooks
        self.rules = rules
        self.lookaheadDays = lookaheadDays
        self.scanInterval = scanInterval
        self.reconcileInterval = reconcileInterval
    }
}

/// Who tells of changes, and where that is written down.
package struct NotificationSetup: Sendable {
    /// A source, and how it is dealt with.
    package struct Source: Sendable {
        package var changes: any ChangeSource
        package var options: ConnectorSubscriber.Options

        package init(_ changes: any ChangeSource, options: ConnectorSubscriber.Options) {
            self.changes = changes
            self.options = options
        }
    }

    /// At most one for each of the calendar sources, of the same name.
    package var sources: [Source]
    package var store: any SubscriptionStore

    package init(sources: [Source], store: any SubscriptionStore) {
        self.sources = sources
        self.store = store
    }
}

/// What the engine tells its surroundings. Called in order; must not block.
package protocol EngineObserver: Sendable {
    /// A server answered for the first time, or again after a failure.
    func connected(_ connector: String, to server: SourceServer)

    /// These changes are in the database.
    func committed(_ updates: [UserUpdate])

    /// A reconciliation found a change that no notification had told of.
    func missedChange(of connector: String)

    /// A server says that it does not have this mailbox.
    /// - Parameter absence: see ``Diagnosis/isAbsence``.
    func missing(_ mailbox: MailboxAddress, from connector: String, _ absence: Diagnosis)
}

/// How the engine is, for `status`.
package struct EngineStatus: Sendable {
    /// A connector and what was last seen of its server.
    package struct Connector: Sendable {
        package var name: String
        package var phase: ConnectorHealth.Phase
        package var server: SourceServer
        /// What is wrong with the connector, or else with its subscriptions.
        package var failure: StoredFailure?
        /// How changes are told; `nil` where they are not.
        package var notification: NotificationMethod?
        package var subscriptions: SubscriptionCounts
        /// How automatic replies are watched; `nil` where scans alone read them.
        package var automaticReplies: ReplyWatcher.Method?

        package init(
            name: String,
            phase: ConnectorHealth.Phase,
            server: SourceServer,
            failure: StoredFailure? = nil,
            notification: NotificationMethod? = nil,
            subscriptions: SubscriptionCounts = SubscriptionCounts(),
            automaticReplies: ReplyWatcher.Method? = nil
        ) {
            self.name = name
            self.phase = phase
            self.server = server
            self.failure = failure
            self.notification = notification
            self.subscriptions = subscriptions
            self.automaticReplies = automaticReplies
        }
    }

    package var connectors: [Connector]
    package var nextScanAt: Date?
    /// Changes that a reconciliation found and no notification told of.
    package var missedChanges: Int

    package init(connectors: [Connector], nextScanAt: Date? = nil, missedChanges: Int = 0) {
        self.connectors = connectors
        self.nextScanAt = nextScanAt
        self.missedChanges = missedChanges
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
