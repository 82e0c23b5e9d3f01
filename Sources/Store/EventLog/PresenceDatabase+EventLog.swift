package import Availability
import Foundation
import GRDB

extension PresenceDatabase {
    /// How many entries of the log are kept: the newest.
    package static let logCapacity = 10_000

    /// Adds entries at the end, in one transaction, and forgets the oldest.
    package func append(_ entries: [EventLogEntry]) async throws(StoreFailure) {
        guard !entries.isEmpty else { return }
        try await write { database in
            for entry in entries { try database.insert(entry) }
            let oldest = database.lastInsertedRowID - Int64(Self.logCapacity)
            try database.run("DELETE FROM log_entry WHERE number <= ?", [oldest])
        }
    }

    /// The wanted entries behind `number`, oldest first; fewer than `limit` at the end.
    package func logEntries(
        _ filter: EventLogFilter,
        after number: Int64,
        limit: Int
    ) async throws(StoreFailure) -> [NumberedLogEntry] {
        try await read { database in
            var arguments = filter.arguments
            arguments += ["after": number, "limit": limit]
            let rows = try database.rows(
                """
                SELECT number, at, priority, message, event, user, connector, diagnosis, fields FROM log_entry
                WHERE number > :after AND \(EventLogFilter.condition) ORDER BY number LIMIT :limit
                """,
                arguments
            )
            var entries: [NumberedLogEntry] = []
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                if let entry = columns.logEntry() { entries.append(entry) }
            }
            return entries
        }
    }

    /// The number behind which the newest `count` of the wanted entries stand; 0 where there are not so many.
    package func logNumber(
        beforeNewest count: Int,
        of filter: EventLogFilter
    ) async throws(StoreFailure) -> Int64 {
        try await read { database in
            var arguments = filter.arguments
            arguments += ["count": count]
            let sql = """
                SELECT number FROM log_entry WHERE \(EventLogFilter.condition)
                ORDER BY number DESC LIMIT 1 OFFSET :count
                """
            guard let row = try database.row(sql, arguments) else { return 0 }
            var columns = ColumnReader(row)
            return columns.number() ?? 0
        }
    }

    /// The number of the newest entry; 0 where there is none.
    package func newestLogNumber() async throws(StoreFailure) -> Int64 {
        try await logNumber(beforeNewest: 0, of: EventLogFilter())
    }
}

extension Database {
    fileprivate func insert(_ entry: EventLogEntry) throws {
        var fields = entry.fields
        let (event, user) = (fields.removeValue(forKey: "event"), fields.removeValue(forKey: "user"))
        let connector = fields.removeValue(forKey: "connector")
        let diagnosis = fields.removeValue(forKey: "diagnosis")
        // Most entries have no others, and it is they that come by the thousand.
        let others = fields.isEmpty ? nil : String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
        try run(
            """
            INSERT INTO log_entry (at, priority, message, event, user, connector, diagnosis, fields)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [entry.at.seconds, entry.level.priority, entry.message, event, user, connector, diagnosis, others]
        )
    }
}

extension EventLogFilter {
    /// The ring is small: reading through all of it takes a few milliseconds, and no index has to be kept.
    fileprivate static let condition = """
        (:priority IS NULL OR priority <= :priority) AND (:user IS NULL OR user = :user)
            AND (:connector IS NULL OR connector = :connector) AND (:diagnosis IS NULL OR diagnosis = :diagnosis)
        """

    fileprivate var arguments: StatementArguments {
        ["priority": leastLevel?.priority, "user": user, "connector": connector, "diagnosis": diagnosis]
    }
}

extension ColumnReader {
    fileprivate mutating func logEntry() -> NumberedLogEntry? {
        guard let number = number(), let at = time(), let priority = self.number(), let message = text() else {
            return nil
        }
        var fields: [String: String] = [:]
        for name in ["event", "user", "connector", "diagnosis"] { fields[name] = text() }
        let others = text().flatMap { try? JSONDecoder().decode([String: String].self, from: Data($0.utf8)) }
        fields.merge(others ?? [:]) { first, _ in first }
        let entry = EventLogEntry(at: at, level: EventLogLevel(priority: priority), message: message, fields: fields)
        return NumberedLogEntry(number: number, entry: entry)
    }
}
