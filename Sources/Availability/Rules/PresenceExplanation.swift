package import Foundation

/// Why a presence is what it is, told step by step in one sentence each, for a person.
package struct PresenceExplanation: Sendable {
    /// In the order in which the rules look: integration, override, automatic reply, calendar, outcome.
    package let steps: [String]

    /// - Parameters:
    ///   - switchedOff: why the user's calendar is not read at all; `nil` where it is.
    ///   - time: the moment whose presence is explained.
    ///   - now: what "today" and "ago" count from.
    ///   - zone: the zone in which times are told.
    package init(
        of knowledge: MailboxKnowledge,
        switchedOff: SwitchedOff? = nil,
        rules: PresenceRules,
        at time: Date,
        now: Date,
        zone: TimeZone
    ) {
        let clock = ClockText(zone: zone, relativeTo: now)
        let assessment = PresenceAssessment(of: knowledge, rules: rules, at: time)
        var steps = switchedOff.map { [$0.sentence] } ?? []
        if let override = Self.override(knowledge, rules: rules, at: time, clock: clock) { steps.append(override) }
        steps.append(Self.automaticReply(knowledge, rules: rules, at: time, clock: clock))
        steps += Self.calendar(knowledge, rules: rules, at: time, now: now, clock: clock)
        let until = assessment.until.map { " until \(clock.text($0))" } ?? ""
        steps.append("so the presence is \(assessment.presence.rawValue)\(until)")
        self.steps = steps
    }

    private static func override(
        _ knowledge: MailboxKnowledge,
        rules: PresenceRules,
        at time: Date,
        clock: ClockText
    ) -> String? {
        guard let override = knowledge.override, override.setAt <= time else { return nil }
        let end = override.endTime(in: knowledge.calendar, rules: rules)
        if let end, end <= time { return "the override ends at \(clock.text(end))" }
        let until = end.map(clock.text) ?? "the next appointment"
        return "override \(override.presence.rawValue) until \(until) wins over the rest"
    }

    private static func automaticReply(
        _ knowledge: MailboxKnowledge,
        rules: PresenceRules,
        at time: Date,
        clock: ClockText
    ) -> String {
        guard let reply = knowledge.automaticReply?.reply else { return "automatic reply not read yet" }
        switch (reply.state, reply.duration) {
        case (.disabled, _): return "automatic reply off"
        case (.enabled, _): return "automatic reply on → \(rules.automaticReply.rawValue)"
        case (.scheduled, let duration?):
            let span = "automatic reply scheduled \(clock.text(duration.start, to: duration.end))"
            return reply.isActive(at: time) ? "\(span) → \(rules.automaticReply.rawValue)" : "\(span), not now"
        case (.scheduled, nil): return "automatic reply scheduled without times, taken as off"
        }
    }

    private static func calendar(
        _ knowledge: MailboxKnowledge,
        rules: PresenceRules,
        at time: Date,
        now: Date,
        clock: ClockText
    ) -> [String] {
        guard let calendar = knowledge.calendar else { return ["calendar not read yet → unknown"] }
        let age = "read \(AgeText.text(now.timeIntervalSince(calendar.readAt))) ago from \(calendar.source)"
        guard calendar.covered.contains(time) else {
            let edge =
                time < calendar.covered.start
                ? "from \(clock.text(calendar.covered.start))" : "until \(clock.text(calendar.covered.end))"
            return ["the calendar, \(age), is known \(edge) → unknown"]
        }
        let here = calendar.intervals.filter { $0.contains(time) }
        guard !here.isEmpty else { return ["no appointment in the calendar, \(age) → available"] }
        return here.map { interval in
            let type = interval.busyType.rawValue.replacing("_", with: " ")
            let span = clock.text(interval.start, to: interval.end)
            return "\(type) \(span), \(age) → \(rules.presence(for: interval.busyType).rawValue)"
        }
    }
}
