import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

/// Half past nine on Monday, 2026-11-23, in the middle of a meeting or before one.
@Suite("What follows from an override")
struct OverrideDecisionTests {
    private static let alice = MailboxAddress("alice@example.com")

    private func at(_ clock: String) -> Date { time("2026-11-23T\(clock):00Z") }

    private func meetings(_ spans: [(String, String)]) -> [BusyInterval] {
        spans.map { BusyInterval(start: at($0.0), end: at($0.1), busyType: .busy) }
    }

    private func record(
        _ spans: [(String, String)] = [],
        shows presence: Presence = .available,
        _ reason: PresenceReason = .none,
        override: PresenceOverride? = nil
    ) throws -> UserRecord {
        let covered = TimeWindow(start: at("00:00"), end: at("00:00") + 9 * 86_400)
        return UserRecord(
            user: User(address: try #require(Self.alice), connector: "hq"),
            knowledge: MailboxKnowledge(
                calendar: CalendarKnowledge(
                    intervals: meetings(spans),
                    covered: covered,
                    readAt: at("00:00"),
                    source: "hq"
                ),
                override: override
            ),
            current: CurrentPresence(
                presence: presence,
                reason: reason,
                since: at("08:00"),
                until: nil,
                announcement: nil,
                sequence: 7
            )
        )
    }

    private func decide(
        _ record: UserRecord,
        override: UserUpdate.Override? = nil,
        reading: [(String, String)]? = nil,
        from start: Date? = nil,
        at now: Date
    ) -> UpdateDecision {
        let calendar = reading.map { spans in
            MailboxNews.CalendarReading(
                intervals: meetings(spans),
                window: TimeWindow(start: start ?? at("00:00"), end: at("00:00") + 10 * 86_400),
                readAt: now,
                source: "hq"
            )
        }
        let news = MailboxNews(record.user.address, calendar: calendar, override: override)
        return UpdateDecision(for: record, news: news, rules: PresenceRules(), now: now) { "E1" }
    }

    private func open(_ presence: Presence, setAt clock: String) -> PresenceOverride {
        PresenceOverride(presence: presence, setAt: at(clock), end: .nextAppointment)
    }

    @Test("one that is set is written with its presence, its event and the moment to look again")
    func setting() throws {
        let override = open(.away, setAt: "09:30")
        let decision = decide(try record([("14:00", "15:00")]), override: .set(override), at: at("09:30"))
        let update = try #require(decision.update)
        #expect(update.override == .set(override))
        #expect(update.current.presence == .away)
        #expect(update.current.reason == .override)
        #expect(update.current.since == at("09:30"))
        #expect(update.current.until == at("14:00"))
        #expect(update.event?.previous == .available)
        #expect(update.event?.current.sequence == 8)
        #expect(decision.nextBoundary == at("14:00"))
    }

    @Test("one that shows what is shown anyway is written, and nobody is told")
    func settingTheSame() throws {
        let decision = decide(try record(), override: .set(open(.available, setAt: "09:30")), at: at("09:30"))
        #expect(decision.update?.override == .set(open(.available, setAt: "09:30")))
        #expect(decision.update?.current.reason == .override)
        #expect(decision.update?.event == nil)
    }

    @Test("one that is taken back gives way to the calendar at once")
    func clearing() throws {
        let record = try record([("09:00", "10:00")], shows: .away, .override, override: open(.away, setAt: "09:10"))
        let update = try #require(decide(record, override: .cleared, at: at("09:30")).update)
        #expect(update.override == .cleared)
        #expect(update.current.presence == .meeting)
        #expect(update.event?.previous == .away)
    }

    @Test("taking back what is not there changes nothing and tells nobody")
    func clearingNothing() throws {
        let update = decide(try record(), override: .cleared, at: at("09:30")).update
        #expect(update?.override == nil)
        #expect(update?.event == nil)
    }

    @Test(
        "it is deleted when its end has come, by the clock alone, and not a second before",
        arguments: [
            (PresenceOverride.End.nextAppointment, "14:00", Presence.meeting),
            (.at(time("2026-11-23T12:00:00Z")), "12:00", .available),
        ]
    )
    func ending(end: PresenceOverride.End, clock: String, then presence: Presence) throws {
        let override = PresenceOverride(presence: .away, setAt: at("09:30"), end: end)
        let record = try record([("14:00", "15:00")], shows: .away, .override, override: override)
        let before = decide(record, at: at(clock) - 1)
        #expect(before.update?.override == nil)
        #expect(before.nextBoundary == at(clock))
        let update = try #require(decide(record, at: at(clock)).update)
        #expect(update.override == .cleared)
        #expect(update.current.presence == presence)
        #expect(update.event?.previous == .away)
    }

    @Test("one that was left behind is deleted although nothing is shown of it any more")
    func leftBehind() throws {
        let override = PresenceOverride(presence: .away, setAt: at("08:00"), end: .at(at("08:30")))
        let update = try #require(decide(try record(override: override), at: at("09:30")).update)
        #expect(update.override == .cleared)
        #expect(update.event == nil)
    }

    @Test("it is deleted also where the presence stays the same behind it, and nobody is told")
    func endingUnseen() throws {
        let record = try record(
            [("10:00", "11:00")],
            shows: .meeting,
            .override,
            override: open(.meeting, setAt: "09:30")
        )
        let update = try #require(decide(record, at: at("10:00")).update)
        #expect(update.override == .cleared)
        #expect(update.current.reason == .appointment)
        #expect(update.event == nil)
    }

    @Test(
        "a new reading of the calendar moves its end",
        arguments: [
            ("one booked earlier ends it earlier", [("11:00", "12:00"), ("14:00", "15:00")], "11:00"),
            ("one cancelled leaves it to the next", [("16:00", "17:00")], "16:00"),
            ("with none left it holds", [], nil),
            ("one moved later takes it along", [("15:00", "16:00")], "15:00"),
        ] as [(String, [(String, String)], String?)]
    )
    func moving(what: String, reading: [(String, String)], end: String?) throws {
        let record = try record(
            [("14:00", "15:00")],
            shows: .away,
            .override,
            override: open(.away, setAt: "09:30")
        )
        let update = try #require(decide(record, reading: reading, at: at("10:00")).update, "\(what)")
        #expect(update.override == nil, "\(what)")
        #expect(update.current.presence == .away, "\(what)")
        #expect(update.current.until == end.map(at), "\(what)")
    }

    @Test("an appointment that is learned of after it began ends it at once")
    func late() throws {
        let record = try record([], shows: .away, .override, override: open(.away, setAt: "09:30"))
        let update = try #require(decide(record, reading: [("09:45", "11:00")], at: at("10:00")).update)
        #expect(update.override == .cleared)
        #expect(update.current.presence == .meeting)
    }

    @Test("a reading whose window has moved past the end does not hide that it came")
    func readAfterTheEnd() throws {
        let midnight = at("00:00") + 86_400
        let long = PresenceOverride(presence: .away, setAt: at("20:00"), end: .nextAppointment)
        var record = try record([], shows: .away, .override, override: long)
        record.knowledge.calendar?.intervals = [
            BusyInterval(start: at("22:00"), end: at("23:00"), busyType: .busy)
        ]
        let update = try #require(decide(record, reading: [], from: midnight, at: midnight + 60).update)
        #expect(update.override == .cleared)
        #expect(update.current.presence == .available)
    }

    @Test("a start at midnight ends it although the reading that tells of it begins there")
    func startAtMidnight() throws {
        let midnight = at("00:00") + 86_400
        var record = try record([], shows: .away, .override, override: open(.away, setAt: "20:00"))
        let meeting = BusyInterval(start: midnight, end: midnight + 3_600, busyType: .busy)
        record.knowledge.calendar?.intervals = [meeting]
        let window = TimeWindow(start: midnight, end: midnight + 9 * 86_400)
        let reading = MailboxNews.CalendarReading(
            intervals: [meeting],
            window: window,
            readAt: midnight,
            source: "hq"
        )
        let news = MailboxNews(record.user.address, calendar: reading)
        let decision = UpdateDecision(for: record, news: news, rules: PresenceRules(), now: midnight) { "E1" }
        #expect(decision.update?.override == .cleared)
        #expect(decision.update?.current.presence == .meeting)
    }

    @Test("a first presence set by hand does not wait for the automatic reply")
    func beforeTheFirstReading() throws {
        var record = try record()
        record.knowledge = MailboxKnowledge()
        record.current = nil
        let override = open(.meeting, setAt: "09:30")
        let update = try #require(decide(record, override: .set(override), reading: [], at: at("09:30")).update)
        #expect(update.current.presence == .meeting)
        #expect(update.current.reason == .override)
        #expect(update.event?.previous == .unknown)
    }

    @Test("of several that wait to be written the last counts, whatever else is told meanwhile")
    func merging() throws {
        let alice = try #require(Self.alice)
        var news = MailboxNews(alice, override: .set(open(.away, setAt: "09:30")))
        #expect(!news.isEmpty)
        news.merge(MailboxNews(alice))
        #expect(news.override == .set(open(.away, setAt: "09:30")))
        news.merge(MailboxNews(alice, override: .cleared))
        #expect(news.override == .cleared)
    }
}
