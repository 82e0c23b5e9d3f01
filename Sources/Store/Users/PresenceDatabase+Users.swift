package import Availability
import Foundation
import GRDB

extension PresenceDatabase {
    static func syncUsers(_ users: [User], at time: Date, _ database: Database) throws -> UserChanges {
        let wanted = Dictionary(users.map { ($0.address, $0) }) { first, _ in first }
        let stored = try storedUsers(database)
        let hooks = try database.hookNames()
        var changes = UserChanges()
        for user in stored.values.sorted(by: { $0.address < $1.address }) {
            guard wanted[user.address]?.isEnabled != true else { continue }
            if let last = try lastEvent(of: user, at: time, database) {
                for hook in hooks { try database.enqueue(last, for: hook) }
                try database.silence(user.address, by: last.current)
                changes.lastEvents.append(last)
            }
            guard wanted[user.address] == nil else { continue }
            try database.run("DELETE FROM user WHERE address = ?", [user.address.text])
            changes.removed.append(user.address)
        }
        for user in wanted.values.sorted(by: { $0.address < $1.address }) where stored[user.address] != user {
            try write(user, at: time, into: database)
            let isNew = stored[user.address] == nil
            if isNew { changes.added.append(user.address) } else { changes.changed.append(user.address) }
        }
        try forgetDisabled(database)
        return changes
    }

    /// The addresses of the users with this extension, in most directories one.
    package func addresses(ofExtension phoneExtension: String) async throws(StoreFailure) -> [MailboxAddress] {
        try await read { database in
            var found: [MailboxAddress] = []
            let sql = "SELECT address FROM user WHERE extension = ? ORDER BY address"
            let rows = try database.rows(sql, [phoneExtension])
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                if let address = columns.text().flatMap(MailboxAddress.init) { found.append(address) }
            }
            return found
        }
    }

    private static func storedUsers(_ database: Database) throws -> [MailboxAddress: User] {
        var stored: [MailboxAddress: User] = [:]
        let rows = try database.rows("SELECT \(ColumnReader.userColumns) FROM user")
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            if let user = columns.user() { stored[user.address] = user }
        }
        return stored
    }

    private static func write(_ user: User, at time: Date, into database: Database) throws {
        let sql = """
            INSERT INTO user (address, extension, display_name, enabled, connector, added_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (address) DO UPDATE SET extension = excluded.extension, display_name = excluded.display_name,
                enabled = excluded.enabled, connector = excluded.connector
            """
        let arguments: StatementArguments = [
            user.address.text, user.phoneExtension, user.displayName, user.isEnabled, user.connector, time.seconds,
        ]
        try database.run(sql, arguments)
    }

    /// What is to be told of a user that is not read any more, unless it showed nothing anyway.
    private static func lastEvent(of user: User, at time: Date, _ database: Database) throws -> PresenceEvent? {
        let sql = """
            SELECT \(ColumnReader.presenceColumns) FROM presence JOIN user ON user.id = presence.user_id
            WHERE address = ?
            """
        guard let row = try database.row(sql, [user.address.text]) else { return nil }
        var columns = ColumnReader(row)
        guard let last = columns.currentPresence(), last.presence != .unknown else { return nil }
        let current = CurrentPresence(
            presence: .unknown,
            reason: .noData,
            since: time.wholeSecond,
            until: nil,
            announcement: nil,
            sequence: last.sequence + 1
        )
        return PresenceEvent(
            id: EventIdentifier.make(),
            user: user.address,
            phoneExtension: user.phoneExtension,
            current: current,
            previous: last.presence,
            freshness: .unknown,
            at: time.wholeSecond
        )
    }

    /// The presence stays, as unknown, so that its sequence goes on rising when the user is read again.
    private static let tablesOfUser = ["automatic_reply", "busy_interval", "calendar", "failure", "override"]

    private static func forgetDisabled(_ database: Database) throws {
        for table in tablesOfUser {
            try database.run("DELETE FROM \(table) WHERE user_id IN (SELECT id FROM user WHERE NOT enabled)")
        }
    }
}

extension Database {
    fileprivate func silence(_ address: MailboxAddress, by current: CurrentPresence) throws {
        try run(
            """
            UPDATE presence SET presence = ?, reason = ?, since = ?, until = NULL, internal_text = NULL,
                external_text = NULL, sequence = ?, next_boundary = NULL
            WHERE user_id = (SELECT id FROM user WHERE address = ?)
            """,
            [
                current.presence.rawValue, current.reason.rawValue, current.since.seconds, current.sequence,
                address.text,
            ]
        )
    }
}
