package import Availability
import Foundation
import GRDB

/// The SQLite file in which everything lives that must survive a restart.
///
/// One writer and a few readers at a time (write-ahead log); each call is one transaction, all or nothing. What the
/// hot path runs is prepared once per connection. An administrator may read the file with `sqlite3` meanwhile.
package final class PresenceDatabase: PresenceStore, Outbox {
    /// Where the file is.
    package let path: String
    private let pool: DatabasePool
    private let lock: DatabaseLock

    init(path: String, pool: DatabasePool, lock: DatabaseLock) {
        self.path = path
        self.pool = pool
        self.lock = lock
    }

    /// Runs `work` in a transaction of its own on the one writing connection.
    func write<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws(StoreFailure) -> T {
        do {
            return try await pool.write(work)
        } catch {
            throw StoreFailure(error, path: path)
        }
    }

    /// Runs `work` on a reading connection; all its statements see the same moment.
    func read<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws(StoreFailure) -> T {
        do {
            return try await pool.read(work)
        } catch {
            throw StoreFailure(error, path: path)
        }
    }

    /// Ends all connections, after what is under way, and leaves everything in the one file, to be copied. Without it
    /// nothing is lost either: the next start takes what was committed from the log.
    package func close() throws(StoreFailure) {
        // The pool closes its writing connection first, and SQLite empties the log only with the last. Where somebody
        // reads the file right now, the log stays for the next start.
        _ = try? pool.barrierWriteWithoutTransaction { try $0.checkpoint(.truncate) }
        do {
            try pool.close()
            lock.release()
        } catch {
            throw StoreFailure(error, path: path)
        }
    }
}
