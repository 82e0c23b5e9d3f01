import Availability
import Foundation
import Store
import TestSupport
import Testing

@Suite("What is recorded of a user")
struct RecordingTests {
    @Test("is read back as it was written")
    func roundTrip() async throws {
        let workplace = try await Workplace(users: [user("ada")])
        let intervals = [
            BusyInterval(start: monday, end: later(60), busyType: .busy, subject: "Plan", location: "Room 1"),
            BusyInterval(start: monday, end: later(60), busyType: .outOfOffice, isPrivate: true),
        ]
        let duration = TimeWindow(start: later(-60), end: later(600))
        let reply = AutomaticReply(state: .scheduled, duration: duration, internalText: "In", externalText: "Out")
        let busy = Diagnosis(id: "server.busy", summary: "busy", remedy: "wait")
        let failure = StoredFailure(busy, at: later(5), part: .calendar)
        let announcement = Announcement(internalText: "In", externalText: "Out")
        let update = UserUpdate(
            mailbox: try mailbox("ada"),
            calendar: .replaced(calendar(intervals)),
            automaticReply: AutomaticReplyKnowledge(reply: reply, readAt: later(1)),
            failure: .noted(failure),
            current: current(.away, sequence: 17, until: later(600), announcement: announcement),
            nextBoundary: later(30)
        )
        try await workplace.database.record([update], for: [])
        let knowledge = MailboxKnowledge(calendar: calendar(intervals), automaticReply: update.automaticReply)
        let expected = UserRecord(
            user: try user("ada"),
            knowledge: knowledge,
            current: update.current,
            lastFailure: failure
        )
        #expect(try await workplace.record("ada") == expected)
        let agenda = try await workplace.database.agenda()
        let entry = UserAgenda(
            user: try user("ada"),
            coveredUntil: later(7 * 86_400),
            readAt: monday,
            nextBoundary: later(30)
        )
        #expect(agenda == [entry])
    }

    @Test("a confirmed calendar moves coverage and age, and keeps its intervals")
    func confirmation() async throws {
        let workplace = try await Workplace(users: [user("ada")])
        let ada = try mailbox("ada")
        let first = UserUpdate(mailbox: ada, calendar: .replaced(calendar(meetings(3))), current: current(.meeting))
        let covered = TimeWindow(start: later(86_400), end: later(8 * 86_400))
        let second = UserUpdate(
            mailbox: ada,
            calendar: .confirmed(covered: covered, readAt: later(100)),
            current: current(.meeting)
        )
        try await workplace.database.record([first, second], for: [])
        let stored = try await workplace.record("ada")?.knowledge.calendar
        #expect(stored?.intervals == meetings(3))
        #expect(stored?.covered == covered)
        #expect(stored?.readAt == later(100))
        #expect(stored?.source == "main")
    }

    @Test("a replaced calendar leaves nothing of the one before")
    func replacement() async throws {
        let workplace = try await Workplace(users: [user("ada"), user("bob")])
        for count in [5, 2] {
            let update = UserUpdate(
                mailbox: try mailbox("ada"),
                calendar: .replaced(calendar(meetings(count))),
                current: current(.meeting)
            )
            try await workplace.database.record([update], for: [])
        }
        #expect(try await workplace.record("ada")?.knowledge.calendar?.intervals == meetings(2))
        #expect(try await workplace.record("bob")?.knowledge.calendar == nil)
    }

    @Test("what an update does not speak of stays; a cleared failure goes")
    func partialUpdates() async throws {
        let workplace = try await Workplace(users: [user("ada")])
        let ada = try mailbox("ada")
        let failure = StoredFailure(Diagnosis(id: "server.busy", summary: "busy", remedy: "wait"), at: monday)
        let noted = UserUpdate(
            mailbox: ada,
            calendar: .replaced(calendar(meetings(1))),
            failure: .noted(failure),
            current: current(.meeting)
        )
        try await workplace.database.record([noted], for: [])
        try await workplace.database.record([UserUpdate(mailbox: ada, current: current(.available))], for: [])
        let between = try await workplace.record("ada")
        #expect(between?.lastFailure == failure)
        #expect(between?.knowledge.calendar?.intervals == meetings(1))
        #expect(between?.current?.presence == .available)
        let cleared = UserUpdate(mailbox: ada, failure: .cleared, current: current(.available))
        try await workplace.database.record([cleared], for: [])
        #expect(try await workplace.record("ada")?.lastFailure == nil)
    }

    @Test("an update of a user that is not stored is left out, and the others are written")
    func unknownUsers() async throws {
        let workplace = try await Workplace(users: [user("ada")])
        let gone = try mailbox("gone")
        let updates = [
            UserUpdate(
                mailbox: gone,
                calendar: .replaced(calendar(meetings(3))),
                current: current(.meeting),
                event: event("1", of: gone, .unknown, .meeting)
            ),
            UserUpdate(mailbox: try mailbox("ada"), current: current(.meeting)),
        ]
        try await workplace.database.record(updates, for: ["pbx"])
        let records = try await workplace.database.records(of: [gone, mailbox("ada")])
        #expect(records.map(\.user) == [try user("ada")])
        #expect(records.first?.current?.presence == .meeting)
        let size = try await workplace.database.size()
        #expect(size.busyIntervals == 0)
        #expect(size.queuedEvents == 0)
    }

    @Test("is read for hundreds of users at once, in the order asked for")
    func manyRecords() async throws {
        let users = try (0..<800).map { try user("user\($0)") }
        let workplace = try await Workplace(users: users)
        let updates = users.enumerated().map { index, user in
            UserUpdate(
                mailbox: user.address,
                calendar: .replaced(calendar(meetings(index % 4))),
                current: current(.available, sequence: Int64(index))
            )
        }
        try await workplace.database.record(updates, for: [])
        let order = users.map(\.address).shuffled()
        let records = try await workplace.database.records(of: order)
        #expect(records.map(\.user.address) == order)
        let counts = Dictionary(uniqueKeysWithValues: users.enumerated().map { ($1.address, $0 % 4) })
        #expect(records.allSatisfy { $0.knowledge.calendar?.intervals.count == counts[$0.user.address] })
    }

    @Test(
        "an override is kept, replaced and cleared with the presence that follows, and stays when nothing is said of it"
    )
    func overrides() async throws {
        let workplace = try await Workplace(users: [user("ada"), user("bob")])
        let ada = try mailbox("ada")
        let open = PresenceOverride(presence: .away, setAt: monday, end: .nextAppointment)
        let timed = PresenceOverride(presence: .meeting, setAt: later(1), end: .at(later(3_600)))
        for override in [open, timed] {
            let update = UserUpdate(mailbox: ada, override: .set(override), current: current(override.presence))
            try await workplace.database.record([update], for: [])
            #expect(try await workplace.record("ada")?.knowledge.override == override)
            #expect(try await workplace.record("ada")?.current?.presence == override.presence)
        }
        #expect(try await workplace.database.summaries(after: nil, limit: 9).map(\.override) == [timed, nil])
        try await workplace.database.record([UserUpdate(mailbox: ada, current: current(.meeting))], for: [])
        #expect(try await workplace.record("ada")?.knowledge.override == timed)
        let cleared = UserUpdate(mailbox: ada, override: .cleared, current: current(.available))
        try await workplace.database.record([cleared], for: [])
        #expect(try await workplace.record("ada")?.knowledge.override == nil)
    }

    @Test("an override of a user who is not stored, or disabled, is left out")
    func overridesOfNobody() async throws {
        let workplace = try await Workplace(users: [user("off", isEnabled: false)])
        let open = PresenceOverride(presence: .away, setAt: monday, end: .nextAppointment)
        let updates = try ["gone", "off"].map { name in
            UserUpdate(mailbox: try mailbox(name), override: .set(open), current: current(.away))
        }
        try await workplace.database.record(updates, for: ["pbx"])
        #expect(try await workplace.record("off")?.knowledge.override == nil)
        #expect(try await workplace.record("off")?.current == nil)
    }

    @Test("scans are numbered upwards; the newest that began is the latest, and old ones go")
    func scans() async throws {
        let workplace = try await Workplace()
        let database = workplace.database
        #expect(try await database.latestScan() == nil)
        let first = try await database.beginScan(at: monday, mailboxes: 200)
        try await database.finishScan(first, at: later(30), failed: 2)
        let done = ScanRecord(startedAt: monday, finishedAt: later(30), mailboxes: 200, failed: 2)
        #expect(try await database.latestScan() == done)
        var last = first
        for index in 1...150 {
            let number = try await database.beginScan(at: later(Double(index) * 60), mailboxes: index)
            #expect(number > last)
            last = number
        }
        #expect(try await database.latestScan() == ScanRecord(startedAt: later(9_000), mailboxes: 150))
        try await database.finishScan(first, at: later(9_999), failed: 9)
        #expect(try await database.latestScan()?.finishedAt == nil)
    }

    @Test("switches are those of the newest roster")
    func switches() async throws {
        let workplace = try await Workplace()
        let database = workplace.database
        let thrown = ["all": false, "connector main": true]
        let roster = Roster(users: [], hooks: [], switches: thrown)
        _ = try await database.sync(roster, at: monday, staleAfter: 86_400)
        #expect(try await database.switches() == thrown)
        _ = try await database.sync(Roster(users: [], hooks: []), at: monday, staleAfter: 86_400)
        #expect(try await database.switches().isEmpty)
    }

    @Test(
        "can be read with sqlite3, with times in UTC",
        .enabled(if: Workplace.hasSQLite3)
    )
    func views() async throws {
        let workplace = try await Workplace(users: [user("ada", phoneExtension: "101")])
        let update = UserUpdate(
            mailbox: try mailbox("ada"),
            calendar: .replaced(calendar(meetings(1))),
            current: current(.meeting, until: later(1_800))
        )
        try await workplace.database.record([update], for: [])
        let appointments = try workplace.sqlite3("SELECT address, starts, ends, busy_type FROM appointments")
        #expect(appointments == "ada@example.com|2026-11-23T08:00:00Z|2026-11-23T08:30:00Z|busy\n")
        let presences = try workplace.sqlite3("SELECT extension, presence, since, until FROM presences")
        #expect(presences == "101|meeting|2026-11-23T08:00:00Z|2026-11-23T08:30:00Z\n")
        for view in ["automatic_replies", "overrides", "failures", "deliveries", "scans"] {
            #expect(try workplace.sqlite3("SELECT * FROM \(view)") == "")
        }
    }
}
