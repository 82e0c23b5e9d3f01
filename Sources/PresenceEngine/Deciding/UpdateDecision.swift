package import Availability
package import Foundation

/// What must be written, and told to the hooks, when there is news of a user: a pure function.
package struct UpdateDecision: Hashable, Sendable {
    /// `nil` where nothing at all changes.
    package var update: UserUpdate?
    /// When the user must be looked at again at the latest.
    package var nextBoundary: Date?
    /// Whether the calendar tells something else than before about the same time, and not just of another time.
    package var changesCalendar = false

    /// - Parameter id: makes the identity of an event, where there is one.
    package init(
        for record: UserRecord,
        news: MailboxNews,
        rules: PresenceRules,
        now: Date,
        id: () -> String
    ) {
        var knowledge = record.knowledge
        // First by what was stored: a start that has passed may be gone from a newer calendar, and would be forgotten.
        Self.endOverride(&knowledge, rules: rules, now: now)
        if let override = news.override { knowledge.override = override.value }
        let calendar = news.calendar.map { Self.merge($0, into: &knowledge) }
        if case .replaced(let new) = calendar, let old = record.knowledge.calendar {
            changesCalendar = Self.differ(old, new, after: now)
        }
        if let reply = news.automaticReply { knowledge.automaticReply = reply }
        Self.endOverride(&knowledge, rules: rules, now: now)
        var assessment = PresenceAssessment(of: knowledge, rules: rules, at: now)
        if assessment.reason != .override, Self.mustWaitForReply(record, news: news) {
            let nextBoundary = min(assessment.nextBoundary ?? .distantFuture, now + Self.patience)
            assessment = PresenceAssessment(of: MailboxKnowledge(), rules: rules, at: now)
            assessment.nextBoundary = nextBoundary
        }
        let current = Self.next(after: record.current, assessment: assessment, now: now)
        nextBoundary = assessment.nextBoundary
        let override = Self.override(knowledge.override, after: record.knowledge.override)
        if news.isEmpty, override == nil, record.current == current { return }
        update = UserUpdate(
            mailbox: record.user.address,
            calendar: calendar,
            automaticReply: news.automaticReply,
            override: override,
            failure: Self.failure(news.asked, after: record.lastFailure),
            current: current,
            nextBoundary: assessment.nextBoundary,
            event: Self.event(for: record, current: current, freshness: assessment.freshness, now: now, id: id)
        )
    }

    /// Seconds that a first presence waits for the automatic reply at most.
    private static let patience: TimeInterval = 60

    /// The calendar of a user is usually known before the automatic reply is. Telling the telephone "available" and, a
    /// moment later, "away" would be wrong the first time; so a first presence waits until both were asked for.
    private static func mustWaitForReply(_ record: UserRecord, news: MailboxNews) -> Bool {
        (record.current?.presence ?? .unknown) == .unknown && news.calendar != nil
            && news.asked[.automaticReply] == nil
            && record.knowledge.automaticReply == nil
    }

    /// An override that has ended goes: what ended it leaves the calendar one day, and it must not hold again then.
    private static func endOverride(_ knowledge: inout MailboxKnowledge, rules: PresenceRules, now: Date) {
        guard let end = knowledge.override?.endTime(in: knowledge.calendar, rules: rules), end <= now else { return }
        knowledge.override = nil
    }

    private static func override(_ new: PresenceOverride?, after old: PresenceOverride?) -> UserUpdate.Override? {
        guard new != old else { return nil }
        return new.map(UserUpdate.Override.set) ?? .cleared
    }

    /// A part that was read clears its own failure and no other; and what a part says does not hide what is known of
    /// the mailbox as a whole.
    private static func failure(
        _ asked: [MailboxPart: StoredFailure?],
        after last: StoredFailure?
    ) -> UserUpdate.Failure? {
        var current = last
        for part in MailboxPart.allCases {
            guard let outcome = asked[part] else { continue }
            if current?.part == part || current?.part == nil { current = nil }
            guard let failure = outcome else { continue }
            if current?.diagnosis.outweighs(failure.diagnosis) != true { current = failure }
        }
        guard current != last else { return nil }
        return current.map(UserUpdate.Failure.noted) ?? .cleared
    }

    private static func merge(
        _ reading: MailboxNews.CalendarReading,
        into knowledge: inout MailboxKnowledge
    ) -> UserUpdate.Calendar {
        let calendar = CalendarKnowledge(
            intervals: BusyInterval.normalized(reading.intervals, within: reading.window),
            covered: reading.window,
            readAt: reading.readAt.wholeSecond,
            source: reading.source
        )
        let before = knowledge.calendar
        knowledge.calendar = calendar
        guard let before, before.source == calendar.source, before.intervals == calendar.intervals else {
            return .replaced(calendar)
        }
        return .confirmed(covered: calendar.covered, readAt: calendar.readAt)
    }

    /// Over the time that both cover and that is still to come: servers drop what is past as they please.
    private static func differ(_ old: CalendarKnowledge, _ new: CalendarKnowledge, after now: Date) -> Bool {
        let start = max(old.covered.start, new.covered.start, now)
        let end = min(old.covered.end, new.covered.end)
        guard start < end else { return false }
        let common = TimeWindow(start: start, end: end)
        return BusyInterval.normalized(old.intervals, within: common)
            != BusyInterval.normalized(new.intervals, within: common)
    }

    private static func next(
        after previous: CurrentPresence?,
        assessment: PresenceAssessment,
        now: Date
    ) -> CurrentPresence {
        let isSame = previous?.presence == assessment.presence && previous?.announcement == assessment.announcement
        let sequence = previous?.sequence ?? Int64(now.timeIntervalSince1970) - 1
        return CurrentPresence(
            presence: assessment.presence,
            reason: assessment.reason,
            since: since(previous, assessment: assessment, now: now),
            until: assessment.until,
            announcement: assessment.announcement,
            sequence: isSame ? sequence : sequence + 1
        )
    }

    /// When the presence began: what the calendar says, unless the telephone showed something else then.
    private static func since(_ previous: CurrentPresence?, assessment: PresenceAssessment, now: Date) -> Date {
        guard let previous else { return assessment.since ?? now.wholeSecond }
        guard previous.presence != assessment.presence else { return previous.since }
        guard let since = assessment.since, since > previous.since, since <= now else { return now.wholeSecond }
        return since
    }

    private static func event(
        for record: UserRecord,
        current: CurrentPresence,
        freshness: Freshness,
        now: Date,
        id: () -> String
    ) -> PresenceEvent? {
        let previous = record.current?.presence ?? .unknown
        let announcement = record.current?.announcement
        guard current.presence != previous || current.announcement != announcement else { return nil }
        return PresenceEvent(
            id: id(),
            user: record.user.address,
            phoneExtension: record.user.phoneExtension,
            current: current,
            previous: previous,
            freshness: freshness,
            at: now.wholeSecond
        )
    }
}

extension UserUpdate.Override {
    /// What holds from now on.
    fileprivate var value: PresenceOverride? {
        switch self {
        case .set(let override): override
        case .cleared: nil
        }
    }
}
