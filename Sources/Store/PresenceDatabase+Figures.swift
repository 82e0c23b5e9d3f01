package import Availability
package import Foundation
import GRDB

/// What the database knows in numbers at one moment: what is looked up for a scrape of the metrics.
package struct StoreFigures: Hashable, Sendable {
    /// What enabled users have in common.
    package struct UserGroup: Hashable, Sendable {
        /// Those not yet assessed count as unknown.
        package var presence: Presence
        /// Of the calendar.
        package var freshness: Freshness

        package init(presence: Presence, freshness: Freshness) {
            self.presence = presence
            self.freshness = freshness
        }
    }

    /// Events of a hook that are not delivered yet, those being sent included.
    package struct Backlog: Hashable, Sendable {
        package var events: Int
        /// When the oldest change among them was decided.
        package var oldestAt: Date?

        package init(events: Int = 0, oldestAt: Date? = nil) {
            self.events = events
            self.oldestAt = oldestAt
        }
    }

    /// How many enabled users there are of each kind; kinds without any are left out.
    package var users: [UserGroup: Int] = [:]
    package var disabledUsers = 0
    /// Of each hook of the configuration, by name.
    package var backlogs: [String: Backlog] = [:]
    /// The newest scan that ended.
    package var lastScan: ScanRecord?
    /// Bytes of the file and of the log beside it.
    package var size = 0

    package init() {}
}

extension PresenceDatabase {
    /// The figures at `now`, all of the same moment but the size.
    /// - Parameter staleAfter: the age in seconds of ``PresenceRules/staleAfter``.
    package func figures(at now: Date, staleAfter: TimeInterval) async throws(StoreFailure) -> StoreFigures {
        var figures = try await read { database in
            var figures = StoreFigures()
            for kind in try database.userKinds(at: now, staleAfter: staleAfter) { figures.add(kind) }
            try figures.measureBacklogs(database)
            figures.lastScan = try database.newestScan(isFinished: true)
            return figures
        }
        figures.size = ["", "-wal"].reduce(0) { size, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return size + ((attributes?[.size] as? Int) ?? 0)
        }
        return figures
    }
}

extension StoreFigures {
    fileprivate mutating func add(_ kind: UserKind) {
        if kind.isEnabled {
            users[UserGroup(presence: kind.presence, freshness: kind.freshness), default: 0] += kind.count
        } else {
            disabledUsers += kind.count
        }
    }

    fileprivate mutating func measureBacklogs(_ database: Database) throws {
        let rows = try database.rows(
            """
            SELECT hook.name, count(outbox.position), min(outbox.at)
            FROM hook LEFT JOIN outbox ON outbox.hook = hook.name
            GROUP BY hook.name
            """
        )
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            guard let hook = columns.text() else { continue }
            let events = Int(columns.number() ?? 0)
            backlogs[hook] = Backlog(events: events, oldestAt: columns.time())
        }
    }
}
