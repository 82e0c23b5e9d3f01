package import Foundation

/// The answer to "what does the telephone show at this moment": a pure function of what is known, rules and time.
package struct PresenceAssessment: Hashable, Sendable {
    package var presence: Presence
    package var reason: PresenceReason
    /// When this presence began by what is known; `nil` where it always was.
    package var since: Date?
    /// When this presence ends by what is known; `nil` where no end is known.
    package var until: Date?
    /// When to ask again at the latest: the next moment at which presence or reason changes.
    package var nextBoundary: Date?
    package var freshness: Freshness
    package var announcement: Announcement?

    package init(of knowledge: MailboxKnowledge, rules: PresenceRules, at time: Date) {
        let timeline = PresenceTimeline(knowledge, rules: rules)
        let segment = timeline.segment(at: time)
        let since = timeline.since(time)
        presence = segment.presence
        reason = segment.reason
        self.since = since == .distantPast ? nil : since
        until = timeline.nextChange(after: time)
        nextBoundary = timeline.nextBoundary(after: time)
        freshness = rules.freshness(of: knowledge.calendar, at: time)
        announcement = Self.announcement(knowledge, presence: segment.presence, at: time)
    }

    /// An active automatic reply speaks for its owner whenever the presence is Away, whatever made it so.
    private static func announcement(
        _ knowledge: MailboxKnowledge,
        presence: Presence,
        at time: Date
    ) -> Announcement? {
        guard presence == .away, let reply = knowledge.automaticReply?.reply, reply.isActive(at: time) else {
            return nil
        }
        guard !reply.internalText.isEmpty || !reply.externalText.isEmpty
        else { return nil }
        return Announcement(internalText: reply.internalText, externalText: reply.externalText)
    }
}
