import Availability
import Foundation
import TestSupport
import Testing

/// One Monday, 2026-11-23, known from midnight to midnight a week later.
private let monday = TimeWindow(start: time("2026-11-23T00:00:00Z"), end: time("2026-11-30T00:00:00Z"))

private func at(_ clock: String) -> Date { time("2026-11-23T\(clock):00Z") }

private func knowing(
    _ intervals: [(String, String, BusyType)],
    reply: AutomaticReply? = nil,
    override: PresenceOverride? = nil
) -> MailboxKnowledge {
    MailboxKnowledge(
        calendar: CalendarKnowledge(
            intervals: intervals.map { BusyInterval(start: at($0.0), end: at($0.1), busyType: $0.2) },
            covered: monday,
            readAt: at("00:00"),
            source: "hq"
        ),
        automaticReply: reply.map { AutomaticReplyKnowledge(reply: $0, readAt: at("00:00")) },
        override: override
    )
}

private func assess(_ knowledge: MailboxKnowledge, _ clock: String) -> PresenceAssessment {
    PresenceAssessment(of: knowledge, rules: PresenceRules(), at: at(clock))
}

@Suite("Presence at a moment")
struct PresenceTimelineTests {
    @Test(
        "each busy type means what the default rules say",
        arguments: [
            (BusyType.free, Presence.available, PresenceReason.none),
            (.tentative, .available, .none),
            (.busy, .meeting, .appointment),
            (.outOfOffice, .away, .appointment),
            (.workingElsewhere, .available, .none),
            (.noData, .unknown, .noData),
        ]
    )
    func busyTypes(type: BusyType, presence: Presence, reason: PresenceReason) {
        let assessment = assess(knowing([("09:00", "10:00", type)]), "09:30")
        #expect(assessment.presence == presence)
        #expect(assessment.reason == reason)
    }

    @Test("an appointment holds from its first second up to but not including its end")
    func edges() {
        let knowledge = knowing([("09:00", "10:00", .busy)])
        #expect(assess(knowledge, "08:59").presence == .available)
        #expect(assess(knowledge, "09:00").presence == .meeting)
        #expect(assess(knowledge, "09:59").presence == .meeting)
        #expect(assess(knowledge, "10:00").presence == .available)
    }

    @Test("until is when the presence changes, not when the first of two touching appointments ends")
    func touching() {
        let knowledge = knowing([("09:00", "10:00", .busy), ("10:00", "11:00", .busy)])
        #expect(assess(knowledge, "09:30").until == at("11:00"))
        #expect(assess(knowledge, "10:30").since == at("09:00"))
        #expect(assess(knowledge, "08:00").until == at("09:00"))
    }

    @Test("away beats meeting beats available while they overlap")
    func overlapping() {
        let knowledge = knowing([
            ("09:00", "12:00", .busy), ("10:00", "11:00", .outOfOffice), ("08:00", "13:00", .free),
        ])
        #expect(assess(knowledge, "09:30").presence == .meeting)
        #expect(assess(knowledge, "09:30").until == at("10:00"))
        #expect(assess(knowledge, "10:30").presence == .away)
        #expect(assess(knowledge, "11:30").presence == .meeting)
        #expect(assess(knowledge, "12:30").presence == .available)
    }

    @Test("one of two overlapping appointments may end without the meeting ending")
    func nested() {
        let knowledge = knowing([("09:00", "12:00", .busy), ("09:30", "10:00", .busy)])
        #expect(assess(knowledge, "10:30").presence == .meeting)
        #expect(assess(knowledge, "09:45").until == at("12:00"))
    }

    @Test("nothing is known before the first reading and outside of what it covers")
    func coverage() {
        #expect(assess(MailboxKnowledge(), "09:00").presence == .unknown)
        #expect(assess(MailboxKnowledge(), "09:00").reason == .noData)
        let late = PresenceAssessment(of: knowing([]), rules: PresenceRules(), at: monday.end)
        #expect(late.presence == .unknown)
        #expect(late.freshness == .unknown)
        #expect(assess(knowing([]), "09:00").until == nil)
        #expect(assess(knowing([]), "09:00").nextBoundary == monday.end)
    }

    @Test("an enabled automatic reply is Away with its announcement and without an end")
    func enabledReply() {
        let reply = AutomaticReply(state: .enabled, internalText: "Back on Friday", externalText: "Closed")
        let assessment = assess(knowing([("09:00", "10:00", .busy)], reply: reply), "09:30")
        #expect(assessment.presence == .away)
        #expect(assessment.reason == .automaticReply)
        #expect(assessment.until == nil)
        #expect(assessment.announcement == Announcement(internalText: "Back on Friday", externalText: "Closed"))
    }

    @Test("a scheduled automatic reply holds within its time alone, by our clock")
    func scheduledReply() {
        let duration = TimeWindow(start: at("12:00"), end: at("18:00"))
        let knowledge = knowing([], reply: AutomaticReply(state: .scheduled, duration: duration, internalText: "Out"))
        #expect(assess(knowledge, "11:59").presence == .available)
        #expect(assess(knowledge, "11:59").nextBoundary == at("12:00"))
        #expect(assess(knowledge, "12:00").presence == .away)
        #expect(assess(knowledge, "17:59").until == at("18:00"))
        #expect(assess(knowledge, "18:00").presence == .available)
        #expect(assess(knowledge, "18:00").announcement == nil)
    }

    @Test("a disabled automatic reply means nothing, although it has a duration")
    func disabledReply() {
        let reply = AutomaticReply(state: .disabled, duration: monday, internalText: "Out")
        #expect(assess(knowing([], reply: reply), "09:00").presence == .available)
    }

    @Test("an automatic reply is known even where the calendar is not")
    func replyWithoutCalendar() {
        let reply = AutomaticReplyKnowledge(reply: AutomaticReply(state: .enabled), readAt: at("00:00"))
        #expect(assess(MailboxKnowledge(automaticReply: reply), "09:00").presence == .away)
    }

    @Test("an override wins until its time, then the calendar speaks again")
    func overrideUntil() {
        let override = PresenceOverride(presence: .available, setAt: at("09:10"), end: .at(at("09:40")))
        let knowledge = knowing([("09:00", "10:00", .busy)], override: override)
        #expect(assess(knowledge, "09:05").presence == .meeting)
        #expect(assess(knowledge, "09:10").presence == .available)
        #expect(assess(knowledge, "09:10").reason == .override)
        #expect(assess(knowledge, "09:40").presence == .meeting)
    }

    @Test("an override without a time ends where the next appointment starts; free ones do not count")
    func overrideUntilAppointment() {
        let override = PresenceOverride(presence: .away, setAt: at("09:10"), end: .nextAppointment)
        let knowledge = knowing(
            [("09:00", "10:00", .busy), ("10:30", "11:00", .free), ("14:00", "15:00", .busy)],
            override: override
        )
        #expect(assess(knowledge, "13:59").presence == .away)
        #expect(assess(knowledge, "13:59").until == at("14:00"))
        #expect(assess(knowledge, "14:00").presence == .meeting)
        #expect(assess(knowledge, "15:00").presence == .available)
    }

    @Test("data grows stale with age and ends with its coverage")
    func freshness() {
        let rules = PresenceRules(staleAfter: 3_600)
        let calendar = knowing([]).calendar
        #expect(rules.freshness(of: calendar, at: at("00:59")) == .fresh)
        #expect(rules.freshness(of: calendar, at: at("01:00")) == .stale)
        #expect(rules.freshness(of: calendar, at: monday.end) == .unknown)
        #expect(rules.freshness(of: nil, at: at("00:59")) == .unknown)
    }

    @Test("at every minute the timeline agrees with a slow reading of the rules, for random calendars")
    func againstTheRules() {
        var random = SplitMix(seed: 20_261_123)
        let types = BusyType.allCases
        for _ in 0..<40 {
            let intervals = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                let start = Int.random(in: 0..<600, using: &random)
                let end = start + Int.random(in: 1...120, using: &random)
                let type = types[Int.random(in: 0..<types.count, using: &random)]
                return BusyInterval(start: minute(start), end: minute(end), busyType: type)
            }
            let rules = PresenceRules(tentative: .meeting)
            let calendar = CalendarKnowledge(intervals: intervals, covered: monday, readAt: minute(0), source: "hq")
            let timeline = PresenceTimeline(MailboxKnowledge(calendar: calendar), rules: rules)
            for now in 0..<760 {
                let open = intervals.filter { $0.contains(minute(now)) }.map { rules.presence(for: $0.busyType) }
                let expected: Presence =
                    open.contains(.away)
                    ? .away
                    : open.contains(.meeting) ? .meeting : open.contains(.unknown) ? .unknown : .available
                #expect(timeline.segment(at: minute(now)).presence == expected)
            }
        }
    }

    private func minute(_ number: Int) -> Date { monday.start + Double(number) * 60 }
}
