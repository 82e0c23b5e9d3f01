package import Foundation

/// `GET /v1/status`: is the integration online, and how each part of it is.
package struct StatusReply: Codable, Hashable, Sendable {
    /// How the integration is as a whole.
    package enum State: String, Codable, Sendable {
        /// The first scan is not over.
        case starting
        /// Every connector answers.
        case online
        /// Some connectors answer, or all do and a hook cannot deliver.
        case degraded
        /// No connector answers; presences go on from what is stored.
        case offline
        /// Switched off.
        case disabled
    }

    package var version: String
    package var state: State
    package var startedAt: Date
    package var users: UserCounts
    package var connectors: [ConnectorReport]
    package var groups: [GroupReport]
    package var scan: ScanReport
    package var hooks: [HookReport]

    package init(
        version: String,
        state: State,
        startedAt: Date,
        users: UserCounts,
        connectors: [ConnectorReport],
        groups: [GroupReport] = [],
        scan: ScanReport,
        hooks: [HookReport]
    ) {
        self.version = version
        self.state = state
        self.startedAt = startedAt
        self.users = users
        self.connectors = connectors
        self.groups = groups
        self.scan = scan
        self.hooks = hooks
    }

    private enum CodingKeys: String, CodingKey {
        case version, state, users, connectors, groups, scan, hooks
        case startedAt = "started_at"
    }
}

/// How many users there are, and of what presence and freshness the enabled ones are.
package struct UserCounts: Codable, Hashable, Sendable {
    package var total = 0
    package var enabled = 0
    /// Whose mailbox another connector has than that of the configuration.
    package var moved = 0
    package var available = 0
    package var meeting = 0
    package var away = 0
    package var unknown = 0
    package var stale = 0

    package init() {}
}

/// A connector and what was last seen of its server.
package struct ConnectorReport: Codable, Hashable, Sendable {
    /// How the connector is.
    package enum State: String, Codable, Sendable {
        case connecting
        case online
        /// Not answering; tried again by itself.
        case offline
        /// Not tried again before somebody changes something.
        case refused
        case disabled
    }

    package var name: String
    package var enabled: Bool
    package var state: State
    /// `null` while it is looked for.
    @OrNull package var ewsURL: String?
    /// Such as `15.02.2562.0017`.
    @OrNull package var serverVersion: String?
    @OrNull package var serverProduct: String?
    /// `streaming`, `pull` or `push`; `null` where the server tells of no changes and only scans read.
    @OrNull package var notification: String?
    package var subscriptions: SubscriptionCounts
    /// How changes of automatic replies are noticed: by `hints` that have proven right, in `rotation`, or both where hints
    /// are `unproven`; `null` where only scans read them.
    @OrNull package var automaticReplies: String?
    /// When a connector that is offline is asked again.
    @OrNull package var nextTryAt: Date?
    @OrNull package var lastError: ErrorReport?

    package init(
        name: String,
        enabled: Bool,
        state: State,
        ewsURL: String?,
        serverVersion: String?,
        serverProduct: String?,
        notification: String?,
        subscriptions: SubscriptionCounts,
        automaticReplies: String? = nil,
        nextTryAt: Date?,
        lastError: ErrorReport?
    ) {
        self.name = name
        self.enabled = enabled
        self.state = state
        self.ewsURL = ewsURL
        self.serverVersion = serverVersion
        self.serverProduct = serverProduct
        self.notification = notification
        self.subscriptions = subscriptions
        self.automaticReplies = automaticReplies
        self.nextTryAt = nextTryAt
        self.lastError = lastError
    }

    private enum CodingKeys: String, CodingKey {
        case name, enabled, state, notification, subscriptions
        case ewsURL = "ews_url"
        case serverVersion = "server_version"
        case serverProduct = "server_product"
        case automaticReplies = "automatic_replies"
        case nextTryAt = "next_try_at"
        case lastError = "last_error"
    }
}

/// How many mailboxes the server tells changes of.
package struct SubscriptionCounts: Codable, Hashable, Sendable {
    package var active = 0
    /// Still to be asked for.
    package var pending = 0
    /// Refused for this mailbox; tried again by itself.
    package var failed = 0

    package init() {}
}

/// A diagnosis and when it was made.
package struct ErrorReport: Codable, Hashable, Sendable {
    package var diagnosis: String
    package var summary: String
    package var remedy: String
    package var at: Date

    package init(diagnosis: String, summary: String, remedy: String, at: Date) {
        self.diagnosis = diagnosis
        self.summary = summary
        self.remedy = remedy
        self.at = at
    }
}

/// The newest scan and the next one.
package struct ScanReport: Codable, Hashable, Sendable {
    @OrNull package var lastStartedAt: Date?
    /// `null` while it runs.
    @OrNull package var lastFinishedAt: Date?
    @OrNull package var nextAt: Date?
    package var mailboxes: Int
    package var failed: Int
    /// Changes that a reconciliation found and that no notification had told of, since the daemon's start.
    package var missedChanges: Int

    package init(
        lastStartedAt: Date?,
        lastFinishedAt: Date?,
        nextAt: Date?,
        mailboxes: Int,
        failed: Int,
        missedChanges: Int = 0
    ) {
        self.lastStartedAt = lastStartedAt
        self.lastFinishedAt = lastFinishedAt
        self.nextAt = nextAt
        self.mailboxes = mailboxes
        self.failed = failed
        self.missedChanges = missedChanges
    }

    private enum CodingKeys: String, CodingKey {
        case mailboxes, failed
        case lastStartedAt = "last_started_at"
        case lastFinishedAt = "last_finished_at"
        case nextAt = "next_at"
        case missedChanges = "missed_changes"
    }
}

/// How the deliveries of a hook go.
package struct HookReport: Codable, Hashable, Sendable {
    /// Whether telling goes on.
    package enum State: String, Codable, Sendable {
        case ok
        /// Events wait whose delivery failed.
        case failing
        /// The receiver cannot be told, and everything waits for it.
        case paused
        /// The receiver wants nothing more, and is told nothing before somebody asks for it.
        case disabled
    }

    package var name: String
    package var kind: String
    /// Whom it tells: a URL, a server, a command.
    package var target: String
    package var state: State
    /// When a receiver is tried again that cannot be told; `null` where it is being tried, or can be told.
    @OrNull package var retryAt: Date?
    package var queued: Int
    package var delivered: Int
    package var failed: Int
    @OrNull package var lastError: String?
    @OrNull package var lastErrorAt: Date?
    /// How old the oldest event is that waits or is being sent; `null` where none is.
    @OrNull package var oldestAgeSeconds: Int?

    package init(
        name: String,
        kind: String,
        target: String,
        state: State = .ok,
        retryAt: Date? = nil,
        queued: Int,
        delivered: Int,
        failed: Int,
        lastError: String?,
        lastErrorAt: Date? = nil,
        oldestAgeSeconds: Int? = nil
    ) {
        self.name = name
        self.kind = kind
        self.target = target
        self.state = state
        self.retryAt = retryAt
        self.queued = queued
        self.delivered = delivered
        self.failed = failed
        self.lastError = lastError
        self.lastErrorAt = lastErrorAt
        self.oldestAgeSeconds = oldestAgeSeconds
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, target, state, queued, delivered, failed
        case retryAt = "retry_at"
        case lastError = "last_error"
        case lastErrorAt = "last_error_at"
        case oldestAgeSeconds = "oldest_age_seconds"
    }
}
