/// What the telephone shows of a user; the raw values are those of the control API, the hooks and the database.
package enum Presence: String, CaseIterable, Codable, Hashable, Sendable {
    case available
    case meeting
    case away
    /// Nothing that is still valid is known.
    case unknown

    /// Which of two presences at the same moment is shown: away beats meeting beats not knowing beats available.
    package var rank: Int {
        switch self {
        case .available: 0
        case .unknown: 1
        case .meeting: 2
        case .away: 3
        }
    }
}

/// Why a presence is what it is.
package enum PresenceReason: String, CaseIterable, Hashable, Sendable {
    case appointment
    case automaticReply = "automatic_reply"
    case override
    /// Nothing speaks against being available.
    case none
    /// The calendar was never read, or what was read has run out.
    case noData = "no_data"
}

/// How far stored data can be trusted by its age.
package enum Freshness: String, CaseIterable, Hashable, Sendable {
    case fresh
    case stale
    case unknown
}
