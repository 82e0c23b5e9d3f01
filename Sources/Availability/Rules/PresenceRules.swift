package import Foundation

/// The administrator's table `[presence]`: what each thing in a calendar means for the telephone.
package struct PresenceRules: Hashable, Sendable {
    package var free: Presence
    package var tentative: Presence
    package var busy: Presence
    package var outOfOffice: Presence
    package var workingElsewhere: Presence
    package var noData: Presence
    package var automaticReply: Presence
    /// Age in seconds from which data counts as stale.
    package var staleAfter: TimeInterval

    package init(
        free: Presence = .available,
        tentative: Presence = .available,
        busy: Presence = .meeting,
        outOfOffice: Presence = .away,
        workingElsewhere: Presence = .available,
        noData: Presence = .unknown,
        automaticReply: Presence = .away,
        staleAfter: TimeInterval = 7 * 86_400 + 3_600
    ) {
        self.free = free
        self.tentative = tentative
        self.busy = busy
        self.outOfOffice = outOfOffice
        self.workingElsewhere = workingElsewhere
        self.noData = noData
        self.automaticReply = automaticReply
        self.staleAfter = staleAfter
    }

    /// What an appointment of this type means.
    package func presence(for busyType: BusyType) -> Presence {
        switch busyType {
        case .free: free
        case .tentative: tentative
        case .busy: busy
        case .outOfOffice: outOfOffice
        case .workingElsewhere: workingElsewhere
        case .noData: noData
        }
    }

    /// How far what is known can be trusted at `now`.
    package func freshness(of calendar: CalendarKnowledge?, at now: Date) -> Freshness {
        freshness(readAt: calendar?.readAt, coveredUntil: calendar?.covered.end, at: now)
    }

    /// As above, for a calendar of which only its age and its coverage are at hand.
    package func freshness(readAt: Date?, coveredUntil: Date?, at now: Date) -> Freshness {
        guard let readAt, let coveredUntil, now < coveredUntil else { return .unknown }
        return now.timeIntervalSince(readAt) < staleAfter ? .fresh : .stale
    }
}
