package import Foundation

/// What a user would show under other rules, beside what is shown now: a pure function of what is stored.
package struct RuleTrial: Hashable, Sendable {
    package var user: User
    /// What is shown.
    package var presence: Presence
    /// What would be shown instead, and why.
    package var newPresence: Presence
    package var newReason: PresenceReason
    /// What there is at the moment and bears on it, for a person: `tentative 09:00–10:00`.
    package var cause: String

    /// `nil` where nothing would change, or nothing is shown yet.
    /// - Parameter zone: the zone in which times are told.
    package init?(of record: UserRecord, rules: PresenceRules, at now: Date, zone: TimeZone) {
        guard record.user.isEnabled, let current = record.current else { return nil }
        let assessment = PresenceAssessment(of: record.knowledge, rules: rules, at: now)
        guard assessment.presence != current.presence else { return nil }
        user = record.user
        presence = current.presence
        newPresence = assessment.presence
        newReason = assessment.reason
        cause = Self.cause(record.knowledge, at: now, clock: ClockText(zone: zone, relativeTo: now))
    }

    private static func cause(_ knowledge: MailboxKnowledge, at now: Date, clock: ClockText) -> String {
        var causes: [String] = []
        if let reply = knowledge.automaticReply?.reply, reply.isActive(at: now) { causes.append("automatic reply") }
        if let calendar = knowledge.calendar, calendar.covered.contains(now) {
            causes += calendar.intervals.filter { $0.contains(now) }.map { interval in
                let type = interval.busyType.rawValue.replacing("_", with: " ")
                return "\(type) \(clock.text(interval.start, to: interval.end))"
            }
            if causes.isEmpty { causes.append("no appointment") }
        } else {
            causes.append("calendar not known")
        }
        return causes.joined(separator: ", ")
    }
}
