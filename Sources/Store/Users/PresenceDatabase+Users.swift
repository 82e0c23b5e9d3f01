package import Availability
package import Foundation
import GRDB

/// What `syncUsers` found different from what was stored; each sorted by address.
package struct UserChanges: Hashable, Sendable {
    package var added: [MailboxAddress]
    /// Still there, with another extension, name, connector, or enabled where it was not (or the other way round).
    package var changed: [MailboxAddress]
    package var removed: [MailboxAddress]

    package init(added: [MailboxAddress] = [], changed: [MailboxAddress] = [], removed: [MailboxAddress] = []) {
        self.added = added
        self.changed = changed
        self.removed = removed
    }

    /// Whether all was as configured.
    package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }
}

extension PresenceDatabase {
    /// Makes the stored users those of the configuration, in one transaction.
    ///
    /// A removed user goes with all that is stored of it; of a disabled one only the user itself stays. If it showed
    /// something, every known hook is told a last time: nothing is known of it any more. Of an address given twice the
    /// first counts.
    package func syncUsers(_ users: [User], at time: Date) async throws(StoreFailure) -> UserChanges {
        try await write { database in
            let wanted = Dictionary(users.map { ($0.address, $0) }) { first, _ in first }
            let stored = try Self.storedUsers(database)
            let hooks = try database.hookNames()
            var changes = UserChanges()
            for user in stored.values.sorted(by: { $0.address < $1.address }) {
                guard wanted[user.address]?.isEnabled != true else { continue }
                try Self.tellLast(of: user, to: hooks, at: time, database)
                guard wanted[user.address] == nil else { continue }
                try database.run("DELETE FROM user WHERE address = ?", [user.address.text])
                changes.removed.append(user.address)
            }
            for user in wanted.values.sorted(by: { $0.address < $1.address }) where stored[user.address] != user {
                try Self.write(user, at: time, into: database)
                let isNew = stored[user.address] == nil
                if isNew { changes.added.append(user.address) } else { changes.changed.append(user.address) }
            }
            try Self.forgetDisabled(database)
            return changes
        }
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

    /// Puts the last event of a user that goes into the outbox of each hook, unless it showed nothing anyway.
    private static func tellLast(of user: User, to hooks: [String], at time: Date, _ database: Database) throws {
        let sql = """
            SELECT \(ColumnReader.presenceColumns) FROM presence JOIN user ON user.id = presence.user_id
            WHERE address = ?
            """
        guard let row = try database.row(sql, [user.address.text]) else { return }
        var columns = ColumnReader(row)
        guard let last = columns.currentPresence(), last.presence != .unknown else { return }
        let current = CurrentPresence(
            presence: .unknown,
            reason: .noData,
            since: time.wholeSecond,
            until: nil,
            announcement: nil,
            sequence: last.sequence + 1
        )
        let event = PresenceEvent(
            id: EventIdentifier.make(),
            user: user.address,
            phoneExtension: user.phoneExtension,
            current: current,
            previous: last.presence,
            freshness: .unknown,
            at: time.wholeSecond
        )
        for hook in hooks { try database.enqueue(event, for: hook) }
    }

    private static let tablesOfUser = [
        "automatic_reply", "busy_interval", "calendar", "failure", "override", "presence",
    ]

    private static func forgetDisabled(_ database: Database) throws {
        for table in tablesOfUser {
            try database.run("DELETE FROM \(table) WHERE user_id IN (SELECT id FROM user WHERE NOT enabled)")
        }
    }
}
