package import Availability
import Foundation
import GRDB

extension PresenceDatabase {
    /// All users with what decides when they must be read or looked at next; sorted by address.
    package func agenda() async throws(StoreFailure) -> [UserAgenda] {
        try await read { database in
            var agenda: [UserAgenda] = []
            let rows = try database.rows(
                """
                SELECT \(ColumnReader.userColumns), calendar.covered_until, calendar.read_at, presence.next_boundary
                FROM user
                LEFT JOIN calendar ON calendar.user_id = user.id
                LEFT JOIN presence ON presence.user_id = user.id
                ORDER BY address
                """
            )
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                guard let user = columns.user() else { continue }
                let times = (columns.time(), columns.time(), columns.time())
                agenda.append(
                    UserAgenda(user: user, coveredUntil: times.0, readAt: times.1, nextBoundary: times.2)
                )
            }
            return agenda
        }
    }

    /// All that is stored of these users, in the same order; users that are not stored are left out.
    ///
    /// Two statements, however many users: the addresses go in as one JSON array.
    package func records(of mailboxes: [MailboxAddress]) async throws(StoreFailure) -> [UserRecord] {
        try await read { try Self.records(of: mailboxes, in: $0) }
    }

    /// As above, on a connection of the caller's.
    static func records(of mailboxes: [MailboxAddress], in database: Database) throws -> [UserRecord] {
        let addresses = try jsonArray(mailboxes)
        var records = try records(addresses, database)
        try addIntervals(to: &records, addresses, database)
        return mailboxes.compactMap { records[$0.text] }
    }

    private static func jsonArray(_ mailboxes: [MailboxAddress]) throws -> String {
        String(decoding: try JSONEncoder().encode(mailboxes.map(\.text)), as: UTF8.self)
    }

    private static func records(_ addresses: String, _ database: Database) throws -> [String: UserRecord] {
        var records: [String: UserRecord] = [:]
        let rows = try database.rows(
            """
            SELECT \(ColumnReader.userColumns), \(ColumnReader.calendarColumns), \(ColumnReader.replyColumns),
                \(ColumnReader.overrideColumns), \(ColumnReader.presenceColumns), \(ColumnReader.failureColumns)
            FROM user
            LEFT JOIN calendar ON calendar.user_id = user.id
            LEFT JOIN automatic_reply ON automatic_reply.user_id = user.id
            LEFT JOIN override ON override.user_id = user.id
            LEFT JOIN presence ON presence.user_id = user.id
            LEFT JOIN failure ON failure.user_id = user.id
            WHERE address IN (SELECT value FROM json_each(?))
            """,
            [addresses]
        )
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            guard let user = columns.user() else { continue }
            var record = UserRecord(user: user)
            record.knowledge.calendar = columns.calendar()
            record.knowledge.automaticReply = columns.automaticReply()
            record.knowledge.override = columns.presenceOverride()
            record.current = columns.currentPresence()
            record.lastFailure = columns.failure()
            records[user.address.text] = record
        }
        return records
    }

    private static func addIntervals(
        to records: inout [String: UserRecord],
        _ addresses: String,
        _ database: Database
    ) throws {
        let rows = try database.rows(
            """
            SELECT address, \(ColumnReader.intervalColumns)
            FROM user JOIN busy_interval ON busy_interval.user_id = user.id
            WHERE address IN (SELECT value FROM json_each(?))
            ORDER BY address, position
            """,
            [addresses]
        )
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            guard let address = columns.text(), let interval = columns.interval() else { continue }
            records[address]?.knowledge.calendar?.intervals.append(interval)
        }
    }
}
