import Availability
import Foundation
import TestSupport
import Testing

@Suite("Why a presence is what it is")
struct PresenceExplanationTests {
    private let now = time("2026-11-23T09:30:00Z")

    private func explain(_ knowledge: MailboxKnowledge) -> [String] {
        PresenceExplanation(of: knowledge, rules: PresenceRules(), at: now, now: now, zone: .gmt).steps
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
                "no override",
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
                "no override",
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
}
