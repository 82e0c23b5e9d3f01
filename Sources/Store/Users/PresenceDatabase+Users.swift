package import Availability
import Foundation
import GRDB

extension PresenceDatabase {
    /// Makes the users those of the configuration, and has the hooks told what follows for them: first what is taken
    /// back, of all users, then what is shown elsewhere. So a hook is told last what the present owner of an extension
    /// shows, whoever had it before.
    /// - Parameter hooks: those that know what was shown until now.
    static func syncUsers(
        _ users: [User],
        for hooks: [KeptHook],
        at time: Date,
        staleAfter: TimeInterval,
        _ database: Database
    ) throws -> UserChanges {
        let wanted = Dictionary(users.map { ($0.address, $0) }) { first, _ in first }
        let stored = try storedUsers(database)
        let changesAudience = hooks.contains { $0.before != $0.after }
        var changes = UserChanges()
        var introductions: [(user: MailboxAddress, hooks: [String])] = []
        for user in stored.values.sorted(by: { $0.address < $1.address }) {
            if let new = wanted[user.address], new.isEnabled {
                guard changesAudience || new != user else { continue }
                let told = try takeBack(of: user, becoming: new, from: hooks, at: time, database)
                if !told.isEmpty { introductions.append((user.address, told)) }
            } else {
                if let last = try lastEvent(of: user, at: time, database) {
                    for hook in hooks where hook.before.includes(user) { try database.enqueue(last, for: hook.name) }
                    try database.silence(user.address, by: last.current)
                    changes.lastEvents.append(last)
                }
                guard wanted[user.address] == nil else { continue }
                try database.run("DELETE FROM user WHERE address = ?", [user.address.text])
                changes.removed.append(user.address)
            }
        }
        for user in wanted.values.sorted(by: { $0.address < $1.address }) where stored[user.address] != user {
            try write(user, at: time, into: database)
            let isNew = stored[user.address] == nil
            if isNew { changes.added.append(user.address) } else { changes.changed.append(user.address) }
        }
        for (user, hooks) in introductions {
            guard let event = try database.introduction(of: user, at: time, staleAfter: staleAfter) else { continue }
            for hook in hooks { try database.enqueue(event, for: hook) }
        }
        try forgetDisabled(database)
        return changes
    }

    /// Has those hooks told that must forget what the user shows.
    /// - Returns: the names of those to whom the user is to be introduced.
    private static func takeBack(
        of user: User,
        becoming new: User,
        from hooks: [KeptHook],
        at time: Date,
        _ database: Database
    ) throws -> [String] {
        guard let last = try lastEvent(of: user, at: time, database) else { return [] }
        let changes = hooks.map { hook in
            let change = AudienceChange(showing: last.previous, from: (hook.before, user), to: (hook.after, new))
            return (hook: hook.name, change)
        }
        for case (let hook, let change) in changes where change.takesBack { try database.enqueue(last, for: hook) }
        if changes.contains(where: \.1.takesBack) { try database.skipSequence(of: user.address, by: 2) }
        return changes.compactMap { $1.introduces ? $0 : nil }
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

    /// What is to be told where nothing is known of a user any more, unless it showed nothing anyway.
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
    /// What a user shows, for a hook that knows nothing of it.
    fileprivate func introduction(
        of user: MailboxAddress,
        at time: Date,
        staleAfter: TimeInterval
    ) throws -> PresenceEvent? {
        let sql = """
            SELECT extension, \(ColumnReader.freshness), \(ColumnReader.presenceColumns) FROM user
            JOIN presence ON presence.user_id = user.id
            LEFT JOIN calendar ON calendar.user_id = user.id
            WHERE address = :user
            """
        let row = try row(sql, ["user": user.text, "now": time.seconds, "staleAfter": staleAfter])
        guard let row else { return nil }
        var columns = ColumnReader(row)
        let phoneExtension = columns.text()
        let freshness = columns.word(or: Freshness.unknown)
        guard let current = columns.currentPresence() else { return nil }
        return PresenceEvent(
            id: EventIdentifier.make(),
            user: user,
            phoneExtension: phoneExtension,
            current: current,
            previous: .unknown,
            freshness: freshness,
            at: time.wholeSecond
        )
    }

    /// What was told out of turn had numbers of its own; what follows must have higher ones.
    fileprivate func skipSequence(of user: MailboxAddress, by count: Int) throws {
        try run(
            """
            UPDATE presence SET sequence = sequence + ?
            WHERE user_id = (SELECT id FROM user WHERE address = ?)
            """,
            [count, user.text]
        )
    }

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
