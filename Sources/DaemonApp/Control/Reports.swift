import Availability
import ControlAPI
import Foundation
import PresenceEngine
import Store

// What the daemon knows, in the words of the control API. One direction, no decisions.

extension ControlAPI.UserSummary {
    init(
        _ user: User,
        current: CurrentPresence?,
        freshness: Freshness,
        readAt: Date?,
        failure: StoredFailure?,
        move: MailboxMove?,
        now: Date
    ) {
        self.init(
            address: user.address.text,
            phoneExtension: user.phoneExtension,
            displayName: user.displayName,
            enabled: user.isEnabled,
            connector: user.connector,
            moved: move.map { MoveReport(from: $0.from, at: $0.at, diagnosis: $0.absence) },
            presence: (current?.presence ?? .unknown).rawValue,
            since: current?.since,
            until: current?.until,
            reason: (current?.reason ?? .noData).rawValue,
            freshness: freshness.rawValue,
            dataAgeSeconds: readAt.map { max(0, Int(now.timeIntervalSince($0))) },
            diagnosis: failure?.diagnosis.id
        )
    }

    init(_ summary: Store.UserSummary, rules: PresenceRules, now: Date) {
        self.init(
            summary.user,
            current: summary.current,
            freshness: rules.freshness(readAt: summary.readAt, coveredUntil: summary.coveredUntil, at: now),
            readAt: summary.readAt,
            failure: summary.lastFailure,
            move: summary.move,
            now: now
        )
    }
}

extension UserDetail {
    /// - Parameters:
    ///   - subscription: what tells of changes now.
    ///   - search: what was found where the connector of the configuration does not have the mailbox.
    ///   - switchedOff: why the calendar is not read; `nil` where it is.
    ///   - time: the moment asked for; `nil` means now, as the telephone shows it.
    ///   - zone: the zone in which the explanation tells times.
    init(
        _ record: UserRecord,
        subscription: Subscription?,
        search: MailboxSearch? = nil,
        switchedOff: SwitchedOff?,
        rules: PresenceRules,
        at time: Date?,
        now: Date,
        zone: TimeZone
    ) {
        let knowledge = record.knowledge
        let moment = time ?? now
        let isCovered = knowledge.calendar?.covered.contains(moment) ?? false
        let assessed = time.map { CurrentPresence(PresenceAssessment(of: knowledge, rules: rules, at: $0), at: $0) }
        let summary = ControlAPI.UserSummary(
            record.user,
            current: assessed ?? record.current,
            freshness: rules.freshness(of: isCovered ? knowledge.calendar : nil, at: moment),
            readAt: knowledge.calendar?.readAt,
            failure: record.lastFailure,
            move: search?.connector == record.user.connector ? search?.move : nil,
            now: now
        )
        let explanation = PresenceExplanation(
            of: knowledge,
            switchedOff: switchedOff,
            rules: rules,
            at: moment,
            now: now,
            zone: zone
        )
        let horizon = moment + 7 * 86_400
        let appointments = (knowledge.calendar?.intervals ?? []).filter { $0.end > moment && $0.start < horizon }
        self.init(
            summary: summary,
            appointments: appointments.map(AppointmentReport.init),
            automaticReply: knowledge.automaticReply.map { AutomaticReplyReport($0.reply) },
            override: knowledge.override.map { OverrideReport($0, knowledge: knowledge, rules: rules) },
            subscription: subscription.map {
                SubscriptionReport(method: $0.method.rawValue, since: $0.createdAt.wholeSecond)
            },
            explanation: explanation.steps,
            coveredFrom: knowledge.calendar?.covered.start,
            coveredUntil: knowledge.calendar?.covered.end,
            lastError: record.lastFailure.map { ErrorReport($0, of: record.user, search) }
        )
    }
}

extension CurrentPresence {
    /// As it would be shown at `time`; never written, so without a sequence.
    fileprivate init(_ assessment: PresenceAssessment, at time: Date) {
        self.init(
            presence: assessment.presence,
            reason: assessment.reason,
            since: assessment.since ?? time,
            until: assessment.until,
            announcement: assessment.announcement,
            sequence: 0
        )
    }
}

extension AppointmentReport {
    fileprivate init(_ interval: BusyInterval) {
        self.init(
            start: interval.start,
            end: interval.end,
            busyType: interval.busyType.rawValue,
            subject: interval.subject,
            location: interval.location,
            isPrivate: interval.isPrivate
        )
    }
}

extension AutomaticReplyReport {
    fileprivate init(_ reply: AutomaticReply) {
        self.init(
            state: reply.state.rawValue,
            start: reply.duration?.start,
            end: reply.duration?.end,
            internalText: reply.internalText,
            externalText: reply.externalText
        )
    }
}

extension OverrideReport {
    fileprivate init(_ override: PresenceOverride, knowledge: MailboxKnowledge, rules: PresenceRules) {
        self.init(
            presence: override.presence.rawValue,
            until: override.endTime(in: knowledge.calendar, rules: rules)
        )
    }
}

extension ErrorReport {
    /// Of a user: where nobody has the mailbox, the remedy names who was asked for it.
    fileprivate init(_ failure: StoredFailure, of user: User, _ search: MailboxSearch?) {
        var failure = failure
        if failure.diagnosis.isAbsence, let search {
            failure.diagnosis = failure.diagnosis.naming(search.refusals, besides: user.connector)
        }
        self.init(failure)
    }

    init(_ failure: StoredFailure) {
        let diagnosis = failure.diagnosis
        self.init(diagnosis: diagnosis.id, summary: diagnosis.summary, remedy: diagnosis.remedy, at: failure.at)
    }
}

extension PresenceChange {
    init(_ event: PresenceEvent) {
        self.init(
            id: event.id,
            sequence: event.current.sequence,
            user: event.user.text,
            phoneExtension: event.phoneExtension,
            presence: event.current.presence.rawValue,
            previous: event.previous.rawValue,
            since: event.current.since,
            until: event.current.until,
            reason: event.current.reason.rawValue,
            freshness: event.freshness.rawValue,
            announcement: event.current.announcement.map {
                .init(internal: $0.internalText, external: $0.externalText)
            },
            at: event.at
        )
    }
}

extension ForceLine {
    init(_ progress: ForceProgress) {
        switch progress {
        case .progress(let done, let total): self = .progress(done: done, total: total)
        case .changed(let event): self = .changed(PresenceChange(event))
        case .finished(let failed, let unreachable):
            let connectors = unreachable.sorted { $0.key < $1.key }.map { name, diagnosis in
                Unreachable(
                    connector: name,
                    diagnosis: diagnosis.id,
                    summary: diagnosis.summary,
                    remedy: diagnosis.remedy
                )
            }
            self = .finished(failed: failed.map(\.text), unreachable: connectors)
        }
    }
}
