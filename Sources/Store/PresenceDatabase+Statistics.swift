package import Availability
import GRDB

/// How much the database holds.
package struct DatabaseStatistics: Hashable, Sendable {
    /// Of the file, without the write-ahead log.
    package var bytes: Int
    package var users: Int
    package var busyIntervals: Int
    /// Events in the outbox, of all hooks.
    package var queuedEvents: Int
}

extension PresenceDatabase {
    /// Counts what is stored; reads the whole table of intervals, so not for a hot path.
    package func size() async throws(StoreFailure) -> DatabaseStatistics {
        try await read { database in
            let row = try database.row(
                """
                SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size),
                    (SELECT count(*) FROM user), (SELECT count(*) FROM busy_interval), (SELECT count(*) FROM outbox)
                """
            )
            var columns = ColumnReader(row ?? Row())
            let numbers = (columns.number(), columns.number(), columns.number(), columns.number())
            return DatabaseStatistics(
                bytes: Int(numbers.0 ?? 0),
                users: Int(numbers.1 ?? 0),
                busyIntervals: Int(numbers.2 ?? 0),
                queuedEvents: Int(numbers.3 ?? 0)
            )
        }
    }
}
