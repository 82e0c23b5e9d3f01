import Availability
import Foundation
import TestSupport
import Testing

@testable import Store

@Suite("Remembered searches for mailboxes")
struct SearchTests {
    let workplace: Workplace
    let database: PresenceDatabase
    let ada: MailboxAddress
    let ben: MailboxAddress

    init() async throws {
        workplace = try await Workplace(users: [user("ada"), user("ben")])
        database = workplace.database
        ada = try mailbox("ada")
        ben = try mailbox("ben")
    }

    private func search(_ address: MailboxAddress, to connector: String?) -> MailboxSearch {
        MailboxSearch(
            address: address,
            home: "hq",
            connector: connector,
            movedAt: connector == nil ? nil : later(60),
            searches: 3,
            searchedAt: later(120),
            refusals: ["hq": "mailbox.elsewhere", "a.b-c_d": "mailbox.not-found"]
        )
    }

    @Test("all of a search comes back, and a later one takes its place")
    func roundTrip() async throws {
        try await database.keep([search(ada, to: "main"), search(ben, to: nil)])
        #expect(try await database.searches() == [ada: search(ada, to: "main"), ben: search(ben, to: nil)])
        try await database.keep([search(ada, to: nil)])
        #expect(try await database.search(for: ada) == search(ada, to: nil))
        try await database.forgetSearches(for: [ada])
        #expect(try await database.searches() == [ben: search(ben, to: nil)])
        #expect(try await database.search(for: ada) == nil)
    }

    @Test("users are shown and counted as moved while that connector is theirs")
    func moved() async throws {
        // Both are read through `main`.
        try await database.keep([search(ada, to: "main"), search(ben, to: "cloud")])
        let summaries = try await database.summaries(after: nil, limit: 9)
        let move = MailboxMove(from: "hq", at: later(60), absence: "mailbox.elsewhere")
        #expect(summaries.map(\.move) == [move, nil])
        #expect(try await database.counts(at: monday, staleAfter: 60).moved == 1)
    }

    @Test("administrators see the moves")
    func view() async throws {
        try await database.keep([search(ada, to: "main"), search(ben, to: nil)])
        let shown = try await database.read { database in
            let row = try database.row("SELECT address, moved_from, moved_to, moved FROM moves")
            var columns = try ColumnReader(#require(row))
            return [columns.text(), columns.text(), columns.text(), columns.text()]
        }
        #expect(shown == ["ada@example.com", "hq", "main", "2026-11-23T08:01:00Z"])
    }

    @Test("what somebody wrote by hand and means nothing does no harm")
    func foreign() async throws {
        try await database.keep([search(ada, to: "main")])
        try await database.write { database in
            try database.run("UPDATE mailbox_search SET refusals = 'nonsense'")
            try database.run(
                "INSERT INTO mailbox_search VALUES ('nobody', 'hq', NULL, NULL, 1, 0, '{}')"
            )
        }
        #expect(try await database.searches().keys.map(\.self) == [ada])
        #expect(try await database.search(for: ada)?.refusals == [:])
        #expect(try await database.summaries(after: nil, limit: 1).first?.move?.absence == nil)
    }
}
