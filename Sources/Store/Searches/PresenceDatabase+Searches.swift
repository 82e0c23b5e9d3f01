package import Availability
package import Foundation
import GRDB

/// A mailbox that its connector does not have, and what was found when the others were asked for it.
package struct MailboxSearch: Hashable, Sendable {
    package var address: MailboxAddress
    /// The connector that the configuration gives the user.
    package var home: String
    /// The connector that has the mailbox instead; `nil` where none does, or `home` has it after all.
    package var connector: String?
    /// When that connector took it over.
    package var movedAt: Date?
    /// How often in a row the others were asked for it.
    package var searches: Int
    package var searchedAt: Date
    /// Why each connector that was asked the last time cannot read it, and first of all the one that did not have it: the
    /// id of a diagnosis by connector.
    package var refusals: [String: String]

    package init(
        address: MailboxAddress,
        home: String,
        connector: String? = nil,
        movedAt: Date? = nil,
        searches: Int = 1,
        searchedAt: Date,
        refusals: [String: String] = [:]
    ) {
        self.address = address
        self.home = home
        self.connector = connector
        self.movedAt = movedAt
        self.searches = searches
        self.searchedAt = searchedAt
        self.refusals = refusals
    }
}

/// That a mailbox is read through another connector than that of the configuration.
package struct MailboxMove: Hashable, Sendable {
    /// The connector of the configuration.
    package var from: String
    package var at: Date
    /// The id of what that connector said, such as `mailbox.elsewhere`; `nil` where that is not known any more.
    package var absence: String?

    package init(from: String, at: Date, absence: String?) {
        self.from = from
        self.at = at
        self.absence = absence
    }
}

extension MailboxSearch {
    /// `nil` where it is read through the connector of the configuration.
    package var move: MailboxMove? {
        guard connector != nil, let movedAt else { return nil }
        return MailboxMove(from: home, at: movedAt, absence: refusals[home])
    }
}

extension PresenceDatabase {
    /// All searches that are remembered, by address.
    package func searches() async throws(StoreFailure) -> [MailboxAddress: MailboxSearch] {
        try await read(Self.searches)
    }

    /// As above, on a connection of the caller's.
    @Sendable
    static func searches(_ database: Database) throws -> [MailboxAddress: MailboxSearch] {
        var searches: [MailboxAddress: MailboxSearch] = [:]
        let rows = try database.rows("SELECT \(ColumnReader.searchColumns) FROM mailbox_search")
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            if let search = columns.search() { searches[search.address] = search }
        }
        return searches
    }

    /// What is remembered of the search for a mailbox.
    package func search(for mailbox: MailboxAddress) async throws(StoreFailure) -> MailboxSearch? {
        try await read { database in
            let sql = "SELECT \(ColumnReader.searchColumns) FROM mailbox_search WHERE address = ?"
            guard let row = try database.row(sql, [mailbox.text]) else { return nil }
            var columns = ColumnReader(row)
            return columns.search()
        }
    }

    /// Remembers searches in place of earlier ones for the same mailboxes, in one transaction.
    package func keep(_ searches: [MailboxSearch]) async throws(StoreFailure) {
        try await write { database in
            for search in searches {
                try database.run(
                    """
                    INSERT OR REPLACE INTO mailbox_search (\(ColumnReader.searchColumns)) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        search.address.text, search.home, search.connector, search.movedAt?.seconds, search.searches,
                        search.searchedAt.seconds,
                        String(decoding: try JSONEncoder().encode(search.refusals), as: UTF8.self),
                    ]
                )
            }
        }
    }

    /// Forgets these searches, in one transaction.
    package func forgetSearches(for mailboxes: [MailboxAddress]) async throws(StoreFailure) {
        try await write { database in
            for mailbox in mailboxes {
                try database.run("DELETE FROM mailbox_search WHERE address = ?", [mailbox.text])
            }
        }
    }
}

extension ColumnReader {
    static let moveColumns = "mailbox_search.home, mailbox_search.moved_at, mailbox_search.refusals"

    mutating func move() -> MailboxMove? {
        let home = text()
        let movedAt = time()
        let refusals = refusals()
        guard let home, let movedAt else { return nil }
        return MailboxMove(from: home, at: movedAt, absence: refusals[home])
    }

    static let searchColumns = "address, home, connector, moved_at, searches, searched_at, refusals"

    /// `nil` where somebody wrote an address by hand that is none.
    fileprivate mutating func search() -> MailboxSearch? {
        let address = text().flatMap(MailboxAddress.init)
        let names = (home: text() ?? "", connector: text())
        let movedAt = time()
        let searches = number() ?? 0
        let searchedAt = time()
        let refusals = refusals()
        guard let address, let searchedAt else { return nil }
        return MailboxSearch(
            address: address,
            home: names.home,
            connector: names.connector,
            movedAt: movedAt,
            searches: Int(searches),
            searchedAt: searchedAt,
            refusals: refusals
        )
    }

    /// Nothing where somebody wrote something else by hand.
    private mutating func refusals() -> [String: String] {
        let text = text() ?? ""
        return (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
    }
}
