import Availability
import Foundation
import Store
import TestSupport
import Testing

@Suite("Stored users")
struct UserTests {
    @Test("are made equal to the configured ones, and the differences are told")
    func sync() async throws {
        let workplace = try await Workplace(users: [user("ada"), user("bob"), user("cyd")])
        let moved = try user("bob", phoneExtension: "202")
        let changes = try await workplace.database.syncUsers([moved, user("dan"), user("ada")], at: later(60))
        #expect(changes.added == [try mailbox("dan")])
        #expect(changes.changed == [try mailbox("bob")])
        #expect(changes.removed == [try mailbox("cyd")])
        let stored = try await workplace.database.agenda().map(\.user)
        #expect(stored == [try user("ada"), moved, try user("dan")])
    }

    @Test("that are as configured count as unchanged")
    func unchanged() async throws {
        let users = [try user("ada"), try user("bob", phoneExtension: "7", isEnabled: false)]
        let workplace = try await Workplace(users: users)
        #expect(try await workplace.database.syncUsers(users.reversed(), at: later(60)).isEmpty)
    }

    @Test("of an address given twice, the first counts")
    func twice() async throws {
        let workplace = try await Workplace(users: [user("ada", phoneExtension: "1"), user("ada", phoneExtension: "2")])
        #expect(try await workplace.record("ada")?.user.phoneExtension == "1")
    }

    @Test("that are removed go with all their data, and come back without it")
    func removal() async throws {
        let workplace = try await filled()
        _ = try await workplace.database.syncUsers([], at: later(60))
        let size = try await workplace.database.size()
        #expect(size.users == 0)
        #expect(size.busyIntervals == 0)
        _ = try await workplace.database.syncUsers([user("ada")], at: later(120))
        #expect(try await workplace.record("ada") == UserRecord(user: user("ada")))
    }

    @Test("that are disabled stay, without data")
    func disabling() async throws {
        let workplace = try await filled()
        let disabled = try user("ada", isEnabled: false)
        let changes = try await workplace.database.syncUsers([disabled], at: later(60))
        #expect(changes.changed == [disabled.address])
        let silent = CurrentPresence(
            presence: .unknown,
            reason: .noData,
            since: later(60),
            until: nil,
            announcement: nil,
            sequence: current(.away).sequence + 1
        )
        #expect(try await workplace.record("ada") == UserRecord(user: disabled, current: silent))
        #expect(changes.lastEvents.map(\.current) == [silent])
        #expect(try await workplace.database.syncUsers([disabled], at: later(70)) == UserChanges())
    }

    @Test("that are enabled again go on with the sequence they had")
    func enabling() async throws {
        let workplace = try await filled()
        _ = try await workplace.database.syncUsers([user("ada", isEnabled: false)], at: later(60))
        _ = try await workplace.database.syncUsers([user("ada")], at: later(61))
        let record = try await workplace.record("ada")
        #expect(record?.knowledge == MailboxKnowledge())
        #expect(record?.current?.presence == .unknown && record?.current?.sequence == current(.away).sequence + 1)
    }

    @Test("that only got another extension keep their data")
    func renumbering() async throws {
        let workplace = try await filled()
        let before = try await workplace.record("ada")
        _ = try await workplace.database.syncUsers([user("ada", phoneExtension: "9")], at: later(60))
        let after = try await workplace.record("ada")
        #expect(after?.knowledge == before?.knowledge)
        // Hooks were told twice: of the end there, and of the beginning here.
        #expect(after?.current == current(.away, sequence: 3))
    }

    @Test("are found by their extension")
    func byExtension() async throws {
        let workplace = try await Workplace(users: [user("ada", phoneExtension: "1"), user("bob", phoneExtension: "2")])
        #expect(try await workplace.database.addresses(ofExtension: "2") == [try mailbox("bob")])
        #expect(try await workplace.database.addresses(ofExtension: "3").isEmpty)
    }

    @Test("are listed page by page in the order of their addresses, each once")
    func pages() async throws {
        let users = try (100..<125).map { try user("user\($0)") }
        let workplace = try await Workplace(users: users.shuffled())
        var listed: [User] = []
        while true {
            let page = try await workplace.database.summaries(after: listed.last?.address, limit: 10)
            #expect(page.count <= 10)
            guard !page.isEmpty else { break }
            listed += page.map(\.user)
        }
        #expect(listed == users)
    }

    @Test("are counted by presence and freshness as they stand at a moment")
    func counts() async throws {
        let names = ["ada", "bob", "cyd", "dan"]
        let workplace = try await Workplace(users: names.map { try user($0) } + [user("eve", isEnabled: false)])
        let old = calendar([], readAt: later(-1_000))
        try await workplace.database.record(
            [
                UserUpdate(mailbox: mailbox("ada"), calendar: .replaced(calendar([])), current: current(.meeting)),
                UserUpdate(mailbox: mailbox("bob"), calendar: .replaced(old), current: current(.meeting)),
                UserUpdate(mailbox: mailbox("cyd"), current: current(.away)),
            ],
            for: []
        )
        let counts = try await workplace.database.counts(at: later(10), staleAfter: 1_010)
        #expect(counts.total == 5)
        #expect(counts.enabled == 4)
        #expect(counts.byPresence == [.meeting: 2, .away: 1, .unknown: 1])
        #expect(counts.byFreshness == [.fresh: 1, .stale: 1, .unknown: 2])
        let uncovered = try await workplace.database.counts(at: later(7 * 86_400), staleAfter: 1e9)
        #expect(uncovered.byFreshness == [.unknown: 4])
    }

    /// One user with everything that can be stored of one.
    private func filled() async throws -> Workplace {
        let workplace = try await Workplace(users: [user("ada")])
        let ada = try mailbox("ada")
        let reply = AutomaticReply(state: .enabled, internalText: "Gone")
        let failure = StoredFailure(Diagnosis(id: "server.busy", summary: "busy", remedy: "wait"), at: monday)
        let update = UserUpdate(
            mailbox: ada,
            calendar: .replaced(calendar(meetings(3))),
            automaticReply: AutomaticReplyKnowledge(reply: reply, readAt: monday),
            override: .set(PresenceOverride(presence: .away, setAt: monday, end: .nextAppointment)),
            failure: .noted(failure),
            current: current(.away),
            nextBoundary: later(60),
            event: event("1", of: ada, .unknown, .away)
        )
        try await workplace.database.record([update], for: ["pbx"])
        return workplace
    }
}
