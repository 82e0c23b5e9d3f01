package import Availability
package import Foundation
import GRDB

/// A database that was opened, and what was done for it.
package struct OpenOutcome: Sendable {
    package let database: PresenceDatabase
    /// Where the damaged file is that a fresh one replaced; `nil` where nothing was damaged. The caller should say so
    /// in the log: everything must be read again.
    package let setAside: String?
}

extension PresenceDatabase {
    /// The size in bytes above which the file does not grow: far beyond any directory, far below a filled disk.
    package static let defaultSizeLimit = 4 << 30

    /// Opens the database, making folder and file where there are none, and brings its schema up to date.
    ///
    /// One process at a time: another, or a second time here, fails with `store.in-use` until the first has closed it.
    /// A damaged file is set aside under a name with the time `now`, and a fresh one made. A file with a newer schema is
    /// left as it is.
    /// - Parameter sizeLimit: in bytes; what would make the file larger fails with `store.full`.
    package static func open(
        path: String,
        at now: Date,
        sizeLimit: Int = defaultSizeLimit
    ) throws(StoreFailure) -> OpenOutcome {
        try open(path: path, at: now, sizeLimit: sizeLimit, schema: Schema(steps: SchemaStep.all))
    }

    /// As above, with steps of the caller's own.
    static func open(
        path: String,
        at now: Date,
        sizeLimit: Int = defaultSizeLimit,
        schema: Schema
    ) throws(StoreFailure) -> OpenOutcome {
        let file = DatabaseFile(path: path)
        let lock = try file.lock()
        do {
            let database = try attempt(file, lock, sizeLimit: sizeLimit, schema: schema)
            return OpenOutcome(database: database, setAside: nil)
        } catch {
            guard error == .damaged(path) else { throw error }
            let setAside = try file.setAside(at: now)
            let database = try attempt(file, lock, sizeLimit: sizeLimit, schema: schema)
            return OpenOutcome(database: database, setAside: setAside)
        }
    }

    private static func attempt(
        _ file: DatabaseFile,
        _ lock: DatabaseLock,
        sizeLimit: Int,
        schema: Schema
    ) throws(StoreFailure) -> PresenceDatabase {
        try file.prepare()
        do {
            try inspect(file.path, schema: schema)
            let pool = try DatabasePool(path: file.path, configuration: configuration(sizeLimit: sizeLimit))
            try schema.migrate(pool)
            return PresenceDatabase(path: file.path, pool: pool, lock: lock)
        } catch {
            throw StoreFailure(error, path: file.path)
        }
    }

    /// Looks at the file through a connection that cannot write, so that a refused file stays as it was.
    private static func inspect(_ path: String, schema: Schema) throws {
        var configuration = Configuration()
        configuration.label = "freebusyd.store.inspection"
        configuration.readonly = true
        configuration.busyMode = .timeout(patience)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.read { database in
            // One row, "ok", where nothing is wrong: https://www.sqlite.org/pragma.html#pragma_quick_check
            guard try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok" else {
                throw StoreFailure.damaged(path)
            }
            if let found = try schema.unknownStep(of: database) {
                throw StoreFailure.newerSchema(found, known: schema.version, path: path)
            }
        }
        try queue.close()
    }

    private static func configuration(sizeLimit: Int) -> Configuration {
        var configuration = Configuration()
        configuration.label = "freebusyd.store"
        configuration.busyMode = .timeout(patience)
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { database in
            guard !database.configuration.readonly else { return }
            EventIdentifier.register(in: database)
            StoredAudience.register(in: database)
            let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4_096
            try database.execute(sql: "PRAGMA max_page_count = \(max(1, sizeLimit / pageSize))")
        }
        return configuration
    }

    /// Seconds to wait for another process that holds the file, such as an administrator's `sqlite3`.
    private static let patience = 5.0
}
