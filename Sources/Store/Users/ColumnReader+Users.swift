import Availability
import Foundation
import GRDB

// What a `SELECT` lists and what reads it stand side by side, so that they stay in the same order.
extension ColumnReader {
    static let userColumns = "user.address, extension, display_name, enabled, user.connector"

    /// `nil` where somebody wrote an address by hand that is none.
    mutating func user() -> User? {
        let address = text().flatMap(MailboxAddress.init)
        let phoneExtension = text()
        let displayName = text()
        let isEnabled = flag()
        let connector = text() ?? ""
        guard let address else { return nil }
        return User(
            address: address,
            phoneExtension: phoneExtension,
            displayName: displayName,
            isEnabled: isEnabled,
            connector: connector
        )
    }

    static let presenceColumns = """
        presence.presence, presence.reason, presence.since, presence.until,
        presence.internal_text, presence.external_text, presence.sequence
        """

    /// `nil` where there is no row, as before the first assessment.
    mutating func currentPresence() -> CurrentPresence? {
        let presence = word(or: Presence.unknown)
        let reason = word(or: PresenceReason.noData)
        let since = time()
        let until = time()
        let announcement = announcement()
        let sequence = number()
        guard let since, let sequence else { return nil }
        return CurrentPresence(
            presence: presence,
            reason: reason,
            since: since,
            until: until,
            announcement: announcement,
            sequence: sequence
        )
    }

    /// Two columns: what callers inside and outside are told.
    mutating func announcement() -> Announcement? {
        let texts = (text(), text())
        guard let internalText = texts.0, let externalText = texts.1 else { return nil }
        return Announcement(internalText: internalText, externalText: externalText)
    }

    static let overrideColumns = "override.presence, override.set_at, override.ends_at"

    mutating func presenceOverride() -> PresenceOverride? {
        let presence = word(or: Presence.unknown)
        let setAt = time()
        let end = time().map(PresenceOverride.End.at) ?? .nextAppointment
        return setAt.map { PresenceOverride(presence: presence, setAt: $0, end: end) }
    }

    static let failureColumns = "failure.diagnosis, failure.summary, failure.remedy, failure.at, failure.part"

    mutating func failure() -> StoredFailure? {
        let texts = (text(), text(), text())
        let at = time()
        let part = text().flatMap(MailboxPart.init(rawValue:))
        guard let id = texts.0, let summary = texts.1, let remedy = texts.2, let at else { return nil }
        return StoredFailure(Diagnosis(id: id, summary: summary, remedy: remedy), at: at, part: part)
    }

    static let calendarColumns = "calendar.covered_from, calendar.covered_until, calendar.read_at, calendar.source"

    /// The calendar without its intervals, which are rows of their own.
    mutating func calendar() -> CalendarKnowledge? {
        let times = (time(), time(), time())
        let source = text()
        guard let start = times.0, let end = times.1, let readAt = times.2, let source else { return nil }
        let covered = TimeWindow(start: start, end: end)
        return CalendarKnowledge(intervals: [], covered: covered, readAt: readAt, source: source)
    }

    /// How far the calendar can be trusted, as ``PresenceRules`` says; wants `:now` and `:staleAfter`.
    static let freshness = """
        CASE WHEN covered_until IS NULL OR covered_until <= :now THEN 'unknown'
            WHEN :now - read_at < :staleAfter THEN 'fresh' ELSE 'stale' END
        """

    static let intervalColumns = "starts_at, ends_at, busy_type, private, subject, location"

    mutating func interval() -> BusyInterval? {
        let times = (time(), time())
        let busyType = word(or: BusyType.noData)
        let isPrivate = flag()
        let texts = (text(), text())
        guard let start = times.0, let end = times.1 else { return nil }
        return BusyInterval(
            start: start,
            end: end,
            busyType: busyType,
            subject: texts.0,
            location: texts.1,
            isPrivate: isPrivate
        )
    }

    static let replyColumns = """
        automatic_reply.state, automatic_reply.starts_at, automatic_reply.ends_at,
        automatic_reply.internal_text, automatic_reply.external_text, automatic_reply.read_at
        """

    mutating func automaticReply() -> AutomaticReplyKnowledge? {
        let state = word(or: AutomaticReply.State.disabled)
        let times = (time(), time())
        let texts = (text() ?? "", text() ?? "")
        guard let readAt = time() else { return nil }
        var duration: TimeWindow?
        if let start = times.0, let end = times.1 { duration = TimeWindow(start: start, end: end) }
        let reply = AutomaticReply(state: state, duration: duration, internalText: texts.0, externalText: texts.1)
        return AutomaticReplyKnowledge(reply: reply, readAt: readAt)
    }
}
