package import Availability
package import Foundation
import GRDB

/// A user as lists show it: all but appointments and automatic reply.
package struct UserSummary: Hashable, Sendable {
    package var user: User
    /// `nil` until the first assessment.
    package var current: CurrentPresence?
    /// The connector whose answer is stored; `nil` until the first.
    package var source: String?
    package var coveredUntil: Date?
    package var readAt: Date?
    package var override: PresenceOverride?
    package var lastFailure: StoredFailure?
    /// Where the mailbox was looked for before, if another connector has it than that of the configuration.
    package var move: MailboxMove?

    package init(user: User) {
        self.user = user
    }
}

/// How many users there are of each kind.
package struct UserCounts: Hashable, Sendable {
    package var total = 0
    package var enabled = 0
    /// Users whose mailbox another connector has than that of the configuration.
    package var moved = 0
    /// Enabled users by presence; those not yet assessed count as unknown.
    package var byPresence: [Presence: Int] = [:]
    /// Enabled users by the freshness of their calendar.
    package var byFreshness: [Freshness: Int] = [:]

    package init() {}
}

extension PresenceDatabase {
    /// Up to `limit` users behind the address `last` (from the first without it), sorted by address.
    package func summaries(after last: MailboxAddress?, limit: Int) async throws(StoreFailure) -> [UserSummary] {
        try await read { database in
            var summaries: [UserSummary] = []
            let rows = try database.rows(
                """
                SELECT \(ColumnReader.userColumns), \(ColumnReader.calendarColumns), \(ColumnReader.overrideColumns),
                    \(ColumnReader.presenceColumns), \(ColumnReader.failureColumns), \(ColumnReader.moveColumns)
                FROM user
                LEFT JOIN calendar ON calendar.user_id = user.id
                LEFT JOIN override ON override.user_id = user.id
                LEFT JOIN presence ON presence.user_id = user.id
                LEFT JOIN failure ON failure.user_id = user.id
                LEFT JOIN mailbox_search ON mailbox_search.address = user.address
                    AND mailbox_search.connector = user.connector
                WHERE user.address > ? ORDER BY user.address LIMIT ?
                """,
                [last?.text ?? "", max(0, limit)]
            )
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                guard let user = columns.user() else { continue }
                var summary = UserSummary(user: user)
                let calendar = columns.calendar()
                summary.source = calendar?.source
                summary.coveredUntil = calendar?.covered.end
                summary.readAt = calendar?.readAt
                summary.override = columns.presenceOverride()
                summary.current = columns.currentPresence()
                summary.lastFailure = columns.failure()
                summary.move = columns.move()
                summaries.append(summary)
            }
            return summaries
        }
    }

    /// Counts users as they stand at `now`.
    /// - Parameter staleAfter: the age in seconds of ``PresenceRules/staleAfter``.
    package func counts(at now: Date, staleAfter: TimeInterval) async throws(StoreFailure) -> UserCounts {
        let (kinds, moved) = try await read { database in
            (try database.userKinds(at: now, staleAfter: staleAfter), try database.movedUsers())
        }
        var counts = UserCounts()
        counts.moved = moved
        for kind in kinds {
            counts.total += kind.count
            guard kind.isEnabled else { continue }
            counts.enabled += kind.count
            counts.byPresence[kind.presence, default: 0] += kind.count
            counts.byFreshness[kind.freshness, default: 0] += kind.count
        }
        return counts
    }
}

/// What a number of users have in common.
struct UserKind: Sendable {
    var isEnabled: Bool
    /// Those not yet assessed count as unknown.
    var presence: Presence
    var freshness: Freshness
    var count: Int
}

extension Database {
    fileprivate func movedUsers() throws -> Int {
        let row = try row(
            """
            SELECT count(*) FROM mailbox_search
            JOIN user ON user.address = mailbox_search.address AND user.connector = mailbox_search.connector
            """
        )
        return row.map { Int($0[0] as Int64) } ?? 0
    }

    /// Counts users by kind as they stand at `now`.
    func userKinds(at now: Date, staleAfter: TimeInterval) throws -> [UserKind] {
        let rows = try rows(
            """
            SELECT enabled, presence.presence, \(ColumnReader.freshness), count(*)
            FROM user
            LEFT JOIN calendar ON calendar.user_id = user.id
            LEFT JOIN presence ON presence.user_id = user.id
            GROUP BY 1, 2, 3
            """,
            ["now": now.seconds, "staleAfter": staleAfter]
        )
        var kinds: [UserKind] = []
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            kinds.append(
                UserKind(
                    isEnabled: columns.flag(),
                    presence: columns.word(or: Presence.unknown),
                    freshness: columns.word(or: Freshness.unknown),
                    count: Int(columns.number() ?? 0)
                )
            )
        }
        return kinds
    }
}
