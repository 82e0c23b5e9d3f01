package import Foundation

/// One line of `GET /v1/users`.
package struct UserSummary: Codable, Hashable, Sendable {
    package var address: String
    @OrNull package var phoneExtension: String?
    @OrNull package var displayName: String?
    package var enabled: Bool
    /// The one through which the mailbox is read.
    package var connector: String
    /// `null` where that is the one of the configuration.
    @OrNull package var moved: MoveReport?
    /// `available`, `meeting`, `away` or `unknown`.
    package var presence: String
    /// When the presence began; `null` before the first assessment.
    @OrNull package var since: Date?
    /// When it ends by what is known.
    @OrNull package var until: Date?
    /// `appointment`, `automatic_reply`, `override`, `none` or `no_data`.
    package var reason: String
    /// `fresh`, `stale` or `unknown`.
    package var freshness: String
    /// `null` where the calendar was never read.
    @OrNull package var dataAgeSeconds: Int?
    /// Why the last reading failed, such as `calendar.no-access`; `null` where it did not.
    @OrNull package var diagnosis: String?

    package init(
        address: String,
        phoneExtension: String?,
        displayName: String?,
        enabled: Bool,
        connector: String,
        moved: MoveReport? = nil,
        presence: String,
        since: Date?,
        until: Date?,
        reason: String,
        freshness: String,
        dataAgeSeconds: Int?,
        diagnosis: String?
    ) {
        self.address = address
        self.phoneExtension = phoneExtension
        self.displayName = displayName
        self.enabled = enabled
        self.connector = connector
        self.moved = moved
        self.presence = presence
        self.since = since
        self.until = until
        self.reason = reason
        self.freshness = freshness
        self.dataAgeSeconds = dataAgeSeconds
        self.diagnosis = diagnosis
    }

    private enum CodingKeys: String, CodingKey {
        case address, enabled, connector, moved, presence, since, until, reason, freshness, diagnosis
        case phoneExtension = "extension"
        case displayName = "display_name"
        case dataAgeSeconds = "data_age_seconds"
    }
}

/// A mailbox that another connector has than that of the configuration.
package struct MoveReport: Codable, Hashable, Sendable {
    /// The connector of the configuration.
    package var from: String
    package var at: Date
    /// What that connector said, such as `mailbox.elsewhere`; `null` where that is not known any more.
    @OrNull package var diagnosis: String?

    package init(from: String, at: Date, diagnosis: String?) {
        self.from = from
        self.at = at
        self.diagnosis = diagnosis
    }
}

/// `GET /v1/users/{address}`: the summary and all that lies behind it, in one object.
package struct UserDetail: Codable, Hashable, Sendable {
    package var summary: UserSummary
    package var appointments: [AppointmentReport]
    @OrNull package var automaticReply: AutomaticReplyReport?
    @OrNull package var override: OverrideReport?
    /// `null` where no server tells of changes of the calendar.
    @OrNull package var subscription: SubscriptionReport?
    /// Why the presence is what it is, step by step.
    package var explanation: [String]
    /// The time the appointments speak of; outside of it nothing is known.
    @OrNull package var coveredFrom: Date?
    @OrNull package var coveredUntil: Date?
    @OrNull package var lastError: ErrorReport?

    package init(
        summary: UserSummary,
        appointments: [AppointmentReport],
        automaticReply: AutomaticReplyReport?,
        override: OverrideReport?,
        subscription: SubscriptionReport? = nil,
        explanation: [String],
        coveredFrom: Date?,
        coveredUntil: Date?,
        lastError: ErrorReport?
    ) {
        self.summary = summary
        self.appointments = appointments
        self.automaticReply = automaticReply
        self.override = override
        self.subscription = subscription
        self.explanation = explanation
        self.coveredFrom = coveredFrom
        self.coveredUntil = coveredUntil
        self.lastError = lastError
    }

    private enum CodingKeys: String, CodingKey {
        case appointments, override, subscription, explanation
        case automaticReply = "automatic_reply"
        case coveredFrom = "covered_from"
        case coveredUntil = "covered_until"
        case lastError = "last_error"
    }

    package init(from decoder: any Decoder) throws {
        summary = try UserSummary(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        appointments = try container.decode([AppointmentReport].self, forKey: .appointments)
        _automaticReply = try container.decode(OrNull<AutomaticReplyReport>.self, forKey: .automaticReply)
        _override = try container.decode(OrNull<OverrideReport>.self, forKey: .override)
        _subscription = try container.decode(OrNull<SubscriptionReport>.self, forKey: .subscription)
        explanation = try container.decode([String].self, forKey: .explanation)
        _coveredFrom = try container.decode(OrNull<Date>.self, forKey: .coveredFrom)
        _coveredUntil = try container.decode(OrNull<Date>.self, forKey: .coveredUntil)
        _lastError = try container.decode(OrNull<ErrorReport>.self, forKey: .lastError)
    }

    package func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(appointments, forKey: .appointments)
        try container.encode(_automaticReply, forKey: .automaticReply)
        try container.encode(_override, forKey: .override)
        try container.encode(_subscription, forKey: .subscription)
        try container.encode(explanation, forKey: .explanation)
        try container.encode(_coveredFrom, forKey: .coveredFrom)
        try container.encode(_coveredUntil, forKey: .coveredUntil)
        try container.encode(_lastError, forKey: .lastError)
    }
}

/// An appointment as stored.
package struct AppointmentReport: Codable, Hashable, Sendable {
    package var start: Date
    package var end: Date
    /// `free`, `tentative`, `busy`, `out_of_office`, `working_elsewhere` or `no_data`.
    package var busyType: String
    /// Left out where it is not known.
    package var subject: String?
    package var location: String?
    package var isPrivate: Bool

    package init(start: Date, end: Date, busyType: String, subject: String?, location: String?, isPrivate: Bool) {
        self.start = start
        self.end = end
        self.busyType = busyType
        self.subject = subject
        self.location = location
        self.isPrivate = isPrivate
    }

    private enum CodingKeys: String, CodingKey {
        case start, end, subject, location
        case busyType = "busy_type"
        case isPrivate = "private"
    }
}

/// An automatic reply as stored.
package struct AutomaticReplyReport: Codable, Hashable, Sendable {
    /// `disabled`, `enabled` or `scheduled`.
    package var state: String
    @OrNull package var start: Date?
    @OrNull package var end: Date?
    package var internalText: String
    package var externalText: String

    package init(state: String, start: Date?, end: Date?, internalText: String, externalText: String) {
        self.state = state
        self.start = start
        self.end = end
        self.internalText = internalText
        self.externalText = externalText
    }

    private enum CodingKeys: String, CodingKey {
        case state, start, end
        case internalText = "internal_text"
        case externalText = "external_text"
    }
}

/// An override as stored.
package struct OverrideReport: Codable, Hashable, Sendable {
    package var presence: String
    /// `null` where nothing known ends it.
    @OrNull package var until: Date?

    package init(presence: String, until: Date?) {
        self.presence = presence
        self.until = until
    }
}

/// How the server tells of changes of a calendar.
package struct SubscriptionReport: Codable, Hashable, Sendable {
    /// `streaming`, `pull` or `push`.
    package var method: String
    package var since: Date

    package init(method: String, since: Date) {
        self.method = method
        self.since = since
    }
}
