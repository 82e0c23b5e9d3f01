import Availability
import Foundation
import TestSupport
import Testing

@Suite("Other rules, tried out")
struct RuleTrialTests {
    private let now = time("2026-11-23T09:30:00Z")

    private func record(
        _ busyTypes: BusyType...,
        shown: Presence?,
        reason: PresenceReason = .none,
        reply: AutomaticReply? = nil,
        isEnabled: Bool = true
    ) throws -> UserRecord {
        let address = try #require(MailboxAddress("anna@example.com"))
        var record = UserRecord(user: User(address: address, isEnabled: isEnabled, connector: "hq"))
        record.knowledge.calendar = CalendarKnowledge(
            intervals: busyTypes.map { BusyInterval(start: now - 1_800, end: now + 1_800, busyType: $0) },
            covered: TimeWindow(start: now - 86_400, end: now + 86_400),
            readAt: now - 60,
            source: "hq"
        )
        record.knowledge.automaticReply = reply.map { AutomaticReplyKnowledge(reply: $0, readAt: now - 60) }
        record.current = shown.map {
            CurrentPresence(presence: $0, reason: reason, since: now, until: nil, announcement: nil, sequence: 1)
        }
        return record
    }

    @Test("say what would change and by what")
    func change() throws {
        let record = try record(.tentative, shown: .available)
        let trial = try #require(RuleTrial(of: record, rules: PresenceRules(tentative: .meeting), at: now, zone: .gmt))
        #expect((trial.presence, trial.newPresence) == (.available, .meeting))
        #expect(trial.newReason == .appointment)
        #expect(trial.cause == "tentative 09:00–10:00")
    }

    @Test("an automatic reply that means less leaves the appointment to decide")
    func reply() throws {
        let reply = AutomaticReply(state: .enabled)
        let record = try record(.busy, shown: .away, reason: .automaticReply, reply: reply)
        let rules = PresenceRules(automaticReply: .available)
        let trial = try #require(RuleTrial(of: record, rules: rules, at: now, zone: .gmt))
        #expect((trial.newPresence, trial.newReason) == (.meeting, .appointment))
        #expect(trial.cause == "automatic reply, busy 09:00–10:00")
    }

    @Test("say nothing of who keeps the presence, is switched off, or shows nothing yet")
    func silence() throws {
        let rules = PresenceRules(busy: .away)
        let others = [
            try record(.tentative, shown: .available), try record(.outOfOffice, .busy, shown: .away),
            try record(.busy, shown: .meeting, isEnabled: false), try record(.busy, shown: nil),
        ]
        for record in others { #expect(RuleTrial(of: record, rules: rules, at: now, zone: .gmt) == nil) }
    }

    @Test("a presence that nothing known makes is told as such")
    func unknown() throws {
        var record = try record(shown: .available)
        let rules = PresenceRules(free: .away)
        #expect(RuleTrial(of: record, rules: rules, at: now, zone: .gmt) == nil)
        record.knowledge.calendar = nil
        let trial = try #require(RuleTrial(of: record, rules: rules, at: now, zone: .gmt))
        #expect((trial.newPresence, trial.newReason, trial.cause) == (.unknown, .noData, "calendar not known"))
    }
}
