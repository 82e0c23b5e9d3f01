package import Foundation

/// The database as the engine sees it.
package protocol PresenceStore: Sendable {
    /// All users, with what decides when they must be read or looked at next; sorted by address.
    func agenda() async throws(StoreFailure) -> [UserAgenda]

    /// What is stored of these users, in the same order; users that are not stored are left out.
    func records(of mailboxes: [MailboxAddress]) async throws(StoreFailure) -> [UserRecord]

    /// Writes all of `updates` and puts their events into the outbox, in one transaction.
    func record(_ updates: [UserUpdate]) async throws(StoreFailure)

    /// Notes that a scan began.
    /// - Returns: its number.
    func beginScan(at time: Date, mailboxes: Int) async throws(StoreFailure) -> Int64

    /// Notes that the scan of this number ended.
    func finishScan(_ number: Int64, at time: Date, failed: Int) async throws(StoreFailure)

    /// The newest scan that began, if any.
    func latestScan() async throws(StoreFailure) -> ScanRecord?
}

/// What decides when a user must be read or looked at next.
package struct UserAgenda: Hashable, Sendable {
    package var user: User
    package var coveredUntil: Date?
    package var readAt: Date?
    package var nextBoundary: Date?

    package init(user: User, coveredUntil: Date? = nil, readAt: Date? = nil, nextBoundary: Date? = nil) {
        self.user = user
        self.coveredUntil = coveredUntil
        self.readAt = readAt
        self.nextBoundary = nextBoundary
    }
}

/// A user with all that is stored of it.
package struct UserRecord: Hashable, Sendable {
    package var user: User
    package var knowledge: MailboxKnowledge
    /// `nil` until the first assessment.
    package var current: CurrentPresence?
    package var lastFailure: StoredFailure?

    package init(
        user: User,
        knowledge: MailboxKnowledge = MailboxKnowledge(),
        current: CurrentPresence? = nil,
        lastFailure: StoredFailure? = nil
    ) {
        self.user = user
        self.knowledge = knowledge
        self.current = current
        self.lastFailure = lastFailure
    }
}

/// A diagnosis and when it was made.
package struct StoredFailure: Hashable, Sendable {
    package var diagnosis: Diagnosis
    package var at: Date
    /// What of a mailbox could not be read; `nil` where it was no mailbox that failed.
    package var part: MailboxPart?

    package init(_ diagnosis: Diagnosis, at: Date, part: MailboxPart? = nil) {
        self.diagnosis = diagnosis
        self.at = at
        self.part = part
    }
}

/// What is to be written of one user; what is `nil` stays as it is.
package struct UserUpdate: Hashable, Sendable {
    /// What is new of a calendar.
    package enum Calendar: Hashable, Sendable {
        /// Replaces intervals, coverage and age.
        case replaced(CalendarKnowledge)
        /// The server told the same as before: only coverage and age move.
        case confirmed(covered: TimeWindow, readAt: Date)
    }

    /// What is new of a mailbox's failure.
    package enum Failure: Hashable, Sendable {
        case cleared
        case noted(StoredFailure)
    }

    /// What is new of the presence that a person set by hand.
    package enum Override: Hashable, Sendable {
        /// In place of the one there is, if any.
        case set(PresenceOverride)
        /// It was taken back, or has ended.
        case cleared
    }

    package var mailbox: MailboxAddress
    package var calendar: Calendar?
    package var automaticReply: AutomaticReplyKnowledge?
    package var override: Override?
    package var failure: Failure?
    /// The presence that follows, and the next moment at which it must be looked at.
    package var current: CurrentPresence
    package var nextBoundary: Date?
    /// What the hooks are to be told; `nil` where nothing changed for them.
    package var event: PresenceEvent?
    /// The hooks that are told of the event, by name.
    package var hooks: [String: HookTelling]

    package init(
        mailbox: MailboxAddress,
        calendar: Calendar? = nil,
        automaticReply: AutomaticReplyKnowledge? = nil,
        override: Override? = nil,
        failure: Failure? = nil,
        current: CurrentPresence,
        nextBoundary: Date? = nil,
        event: PresenceEvent? = nil,
        hooks: [String: HookTelling] = [:]
    ) {
        self.mailbox = mailbox
        self.calendar = calendar
        self.automaticReply = automaticReply
        self.override = override
        self.failure = failure
        self.current = current
        self.nextBoundary = nextBoundary
        self.event = event
        self.hooks = hooks
    }
}

/// A scan as it is remembered.
package struct ScanRecord: Hashable, Sendable {
    package var startedAt: Date
    /// `nil` while it runs, and for ever if the daemon was killed during it.
    package var finishedAt: Date?
    package var mailboxes: Int
    package var failed: Int

    package init(startedAt: Date, finishedAt: Date? = nil, mailboxes: Int, failed: Int = 0) {
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.mailboxes = mailboxes
        self.failed = failed
    }
}

/// The database could not do what was asked; nothing of it was written.
package struct StoreFailure: ExplainedError, Hashable {
    package var diagnosis: Diagnosis
    package var retry: RetryAdvice

    package init(_ diagnosis: Diagnosis, retry: RetryAdvice) {
        self.diagnosis = diagnosis
        self.retry = retry
    }
}
