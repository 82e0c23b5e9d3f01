import Availability
import Foundation
import TestSupport
import Testing

@Suite("Why a presence is what it is")
struct PresenceExplanationTests {
    private let now = time("2026-11-23T09:30:00Z")

    private func explain(_ knowledge: MailboxKnowledge, at moment: Date? = nil, zone: TimeZone = .gmt) -> [String] {
        PresenceExplanation(of: knowledge, rules: PresenceRules(), at: moment ?? now, now: now, zone: zone).steps
    }

    private func calendar(_ intervals: [BusyInterval]) -> CalendarKnowledge {
        let covered = TimeWindow(start: time("2026-11-23T00:00:00Z"), end: time("2026-12-01T00:00:00Z"))
        return CalendarKnowledge(intervals: intervals, covered: covered, readAt: now - 120, source: "hq")
    }

    @Test("a meeting is told with its times, its age and its source")
    func meeting() {
        let busy = BusyInterval(
            start: time("2026-11-23T09:00:00Z"),
            end: time("2026-11-23T10:00:00Z"),
            busyType: .busy
        )
        let reply = AutomaticReplyKnowledge(reply: AutomaticReply(state: .disabled), readAt: now)
        #expect(
            explain(MailboxKnowledge(calendar: calendar([busy]), automaticReply: reply)) == [
                "automatic reply off",
                "busy 09:00–10:00, read 2 min ago from hq → meeting",
                "so the presence is meeting until 10:00",
            ]
        )
    }

    @Test("nothing known is said, not guessed")
    func nothing() {
        #expect(
            explain(MailboxKnowledge()) == [
                "automatic reply not read yet",
                "calendar not read yet → unknown",
                "so the presence is unknown",
            ]
        )
    }

    @Test("an override and a scheduled reply are told with their ends")
    func overrideAndReply() {
        let until = time("2026-11-23T11:00:00Z")
        let duration = TimeWindow(start: time("2026-11-23T12:00:00Z"), end: time("2026-11-24T12:00:00Z"))
        let knowledge = MailboxKnowledge(
            calendar: calendar([]),
            automaticReply: AutomaticReplyKnowledge(
                reply: AutomaticReply(state: .scheduled, duration: duration),
                readAt: now
            ),
            override: PresenceOverride(presence: .meeting, setAt: now - 60, end: .at(until))
        )
        #expect(
            explain(knowledge) == [
                "override meeting until 11:00 wins over the rest",
                "automatic reply scheduled 12:00–Tue 12:00, not now",
                "no appointment in the calendar, read 2 min ago from hq → available",
                "so the presence is meeting until 11:00",
            ]
        )
    }

    @Test(
        "an override is told as it is seen from the moment asked for",
        arguments: [
            ("09:20", nil),
            ("09:40", "override away until 10:00 wins over the rest"),
            ("10:00", "the override ends at 10:00"),
        ] as [(String, String?)]
    )
    func overrideAtAnotherMoment(clock: String, words: String?) {
        let busy = BusyInterval(
            start: time("2026-11-23T10:00:00Z"),
            end: time("2026-11-23T11:00:00Z"),
            busyType: .busy
        )
        let override = PresenceOverride(presence: .away, setAt: now, end: .nextAppointment)
        let steps = explain(
            MailboxKnowledge(calendar: calendar([busy]), override: override),
            at: time("2026-11-23T\(clock):00Z")
        )
        #expect(steps.first { $0.contains("override") } == words)
    }

    @Test("an override that nothing known ends holds until the next appointment, whenever that is")
    func openOverride() {
        let override = PresenceOverride(presence: .away, setAt: now - 60, end: .nextAppointment)
        let words = "override away until the next appointment wins over the rest"
        #expect(explain(MailboxKnowledge(calendar: calendar([]), override: override)).first == words)
        #expect(explain(MailboxKnowledge(override: override)).first == words)
    }

    @Test("another moment is told with its day, as seen from now, in the zone asked for")
    func anotherMoment() throws {
        let busy = BusyInterval(
            start: time("2026-11-24T09:00:00Z"),
            end: time("2026-11-24T10:00:00Z"),
            busyType: .busy
        )
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        #expect(
            explain(MailboxKnowledge(calendar: calendar([busy])), at: busy.start, zone: berlin).suffix(2) == [
                "busy Tue 10:00–11:00, read 2 min ago from hq → meeting",
                "so the presence is meeting until Tue 11:00",
            ]
        )
    }

    @Test(
        "outside of what was read it is told where that begins or ends",
        arguments: [
            ("2026-11-22T23:00:00Z", "known from 00:00"), ("2026-12-01T00:00:00Z", "known until 2026-12-01 00:00"),
        ]
    )
    func outside(moment: String, words: String) {
        #expect(
            explain(MailboxKnowledge(calendar: calendar([])), at: time(moment)).contains(
                "the calendar, read 2 min ago from hq, is \(words) → unknown"
            )
        )
    }

    @Test("a user who is switched off is told first")
    func switchedOff() {
        let explanation = PresenceExplanation(
            of: MailboxKnowledge(),
            switchedOff: .user(isByHand: false),
            rules: PresenceRules(),
            at: now,
            now: now,
            zone: .gmt
        )
        #expect(
            explanation.steps.first
                == "The calendar integration of this user is switched off (calendar_integration = false)."
        )
    }
}
