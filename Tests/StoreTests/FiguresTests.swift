import Availability
import Foundation
import Store
import TestSupport
import Testing

@Suite("Figures of the database")
struct FiguresTests {
    /// The staleness that the rules have unless the configuration says otherwise is of no interest here.
    private static let staleAfter = 3_600.0

    @Test("users are counted by presence and freshness together, disabled ones apart")
    func users() async throws {
        let users = try [user("ada"), user("bob"), user("cyd"), user("dan"), user("eve", isEnabled: false)]
        let workplace = try await Workplace(users: users)
        try await workplace.database.record(
            [
                UserUpdate(mailbox: mailbox("ada"), calendar: .replaced(calendar([])), current: current(.available)),
                UserUpdate(
                    mailbox: mailbox("bob"),
                    calendar: .replaced(calendar([], readAt: later(3_600))),
                    current: current(.meeting)
                ),
                UserUpdate(
                    mailbox: mailbox("cyd"),
                    calendar: .replaced(calendar([], readAt: later(3_600))),
                    current: current(.meeting)
                ),
            ],
            for: []
        )
        let figures = try await workplace.database.figures(at: later(4_000), staleAfter: Self.staleAfter)
        #expect(
            figures.users == [
                .init(presence: .available, freshness: .stale): 1, .init(presence: .meeting, freshness: .fresh): 2,
                .init(presence: .unknown, freshness: .unknown): 1,
            ]
        )
        #expect(figures.disabledUsers == 1)
    }

    @Test("each hook has its events, also those being sent, and the time of the oldest")
    func backlogs() async throws {
        let workplace = try await Workplace(users: [user("ada"), user("bob")])
        let (ada, bob) = (try mailbox("ada"), try mailbox("bob"))
        try await workplace.tell(event("1", of: ada, .unknown, .meeting, at: later(10)))
        try await workplace.tell(event("2", of: bob, .unknown, .meeting, at: later(20)))
        _ = try await workplace.database.take(for: "pbx", dueAt: later(30), limit: 1)
        let figures = try await workplace.database.figures(at: later(60), staleAfter: Self.staleAfter)
        #expect(figures.backlogs == ["pbx": .init(events: 2, oldestAt: later(10)), "web": .init()])
        let first = OutboxEntry(hook: "pbx", event: event("1", of: ada, .unknown, .meeting, at: later(10)), attempts: 0)
        try await workplace.database.delivered([first], at: later(70))
        let then = try await workplace.database.figures(at: later(80), staleAfter: Self.staleAfter)
        #expect(then.backlogs["pbx"] == .init(events: 1, oldestAt: later(20)))
    }

    @Test("while a scan runs, the last one is that before it")
    func scans() async throws {
        let workplace = try await Workplace()
        let database = workplace.database
        #expect(try await database.figures(at: monday, staleAfter: Self.staleAfter).lastScan == nil)
        let first = try await database.beginScan(at: monday, mailboxes: 7)
        #expect(try await database.figures(at: monday, staleAfter: Self.staleAfter).lastScan == nil)
        try await database.finishScan(first, at: later(30), failed: 2)
        _ = try await database.beginScan(at: later(60), mailboxes: 8)
        let expected = ScanRecord(startedAt: monday, finishedAt: later(30), mailboxes: 7, failed: 2)
        #expect(try await database.figures(at: later(90), staleAfter: Self.staleAfter).lastScan == expected)
    }

    @Test("the size is that of the files on disk")
    func size() async throws {
        let workplace = try await Workplace(users: (0..<500).map { try user("user\($0)") })
        let figures = try await workplace.database.figures(at: monday, staleAfter: Self.staleAfter)
        let files = ["presence.sqlite", "presence.sqlite-wal"].map { workplace.folder.file($0) }
        let sizes = try files.map { try Data(contentsOf: URL(fileURLWithPath: $0)).count }
        #expect(figures.size == sizes.reduce(0, +))
        #expect(sizes.allSatisfy { $0 > 0 })
    }
}
