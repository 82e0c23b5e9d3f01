package import Availability
package import Foundation
import GRDB

extension PresenceDatabase {
    /// How many scans are remembered.
    static let scansKept = 100

    /// Notes that a scan began, and forgets the oldest.
    /// - Returns: its number.
    package func beginScan(at time: Date, mailboxes: Int) async throws(StoreFailure) -> Int64 {
        try await write { database in
            try database.run("INSERT INTO scan (started_at, mailboxes) VALUES (?, ?)", [time.seconds, mailboxes])
            let number = database.lastInsertedRowID
            try database.run("DELETE FROM scan WHERE id <= ?", [number - Int64(Self.scansKept)])
            return number
        }
    }

    /// Notes that the scan of this number ended.
    package func finishScan(_ number: Int64, at time: Date, failed: Int) async throws(StoreFailure) {
        try await write { database in
            try database.run(
                "UPDATE scan SET finished_at = ?, failed = ? WHERE id = ?",
                [time.seconds, failed, number]
            )
        }
    }

    /// The newest scan that began, if any.
    package func latestScan() async throws(StoreFailure) -> ScanRecord? {
        try await read { try $0.newestScan() }
    }
}

extension Database {
    /// The newest scan, or the newest of those that ended.
    func newestScan(isFinished: Bool = false) throws -> ScanRecord? {
        let sql = """
            SELECT started_at, finished_at, mailboxes, failed FROM scan
            WHERE finished_at IS NOT NULL OR NOT ? ORDER BY id DESC LIMIT 1
            """
        guard let row = try row(sql, [isFinished]) else { return nil }
        var columns = ColumnReader(row)
        guard let startedAt = columns.time() else { return nil }
        let finishedAt = columns.time()
        let numbers = (columns.number() ?? 0, columns.number() ?? 0)
        return ScanRecord(
            startedAt: startedAt,
            finishedAt: finishedAt,
            mailboxes: Int(numbers.0),
            failed: Int(numbers.1)
        )
    }
}
