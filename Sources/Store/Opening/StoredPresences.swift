package import Availability
import Foundation
import GRDB

/// The database of a daemon, opened for reading alone, also while the daemon runs.
///
/// Nothing on the disk changes by it: no file is made, no lock is taken that a daemon would wait for, no schema step.
package final class StoredPresences: Sendable {
    private let path: String
    private let queue: DatabaseQueue

    /// - Throws: `store.missing`, `store.not-readable`, `store.older-schema` or `store.newer-schema` besides what any
    ///   reading may meet.
    package convenience init(path: String) throws(StoreFailure) {
        try self.init(path: path, schema: Schema(steps: SchemaStep.all))
    }

    /// As above, for steps of the caller's own.
    init(path: String, schema: Schema) throws(StoreFailure) {
        guard access(path, R_OK) == 0 else { throw errno == ENOENT ? .missing(path) : .notReadable(path) }
        var configuration = Configuration()
        configuration.label = "freebusyd.store.reading"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        self.path = path
        do {
            queue = try DatabaseQueue(path: Self.location(path), configuration: configuration)
            try queue.read { database in
                if let found = try schema.unknownStep(of: database) {
                    throw StoreFailure.newerSchema(found, known: schema.version, path: path)
                }
                let found = try schema.version(of: database)
                guard found == schema.version else {
                    throw StoreFailure.olderSchema(found, known: schema.version, path: path)
                }
            }
        } catch {
            throw StoreFailure(error, path: path)
        }
    }

    /// All that is stored of up to `limit` users behind the address `last` (from the first without it), sorted by address.
    /// Each page is read at a moment of its own.
    package func records(after last: MailboxAddress?, limit: Int) async throws(StoreFailure) -> [UserRecord] {
        do {
            return try await queue.read { database in
                var addresses: [MailboxAddress] = []
                let rows = try database.rows(
                    "SELECT address FROM user WHERE address > ? ORDER BY address LIMIT ?",
                    [last?.text ?? "", max(0, limit)]
                )
                while let row = try rows.next() {
                    var columns = ColumnReader(row)
                    if let address = columns.text().flatMap(MailboxAddress.init) { addresses.append(address) }
                }
                return try PresenceDatabase.records(of: addresses, in: database)
            }
        } catch {
            throw StoreFailure(error, path: path)
        }
    }

    /// What was switched on or off by hand, as ``Roster/switches``.
    package func switches() async throws(StoreFailure) -> [String: Bool] {
        do {
            return try await queue.read(PresenceDatabase.switches)
        } catch {
            throw StoreFailure(error, path: path)
        }
    }

    /// The mailboxes that their connector did not have.
    package func searches() async throws(StoreFailure) -> [MailboxAddress: MailboxSearch] {
        do {
            return try await queue.read(PresenceDatabase.searches)
        } catch {
            throw StoreFailure(error, path: path)
        }
    }

    /// Who was last known to be in each group.
    package func groupMembers() async throws(StoreFailure) -> [MailboxAddress: [DirectoryMember]] {
        do {
            return try await queue.read(PresenceDatabase.groupMembers)
        } catch {
            throw StoreFailure(error, path: path)
        }
    }

    /// The file as a URI (https://www.sqlite.org/uri.html). Without a log nobody has it open, and it is read as if nobody
    /// could: SQLite would make the log and its index for a reader too, and as files of this user, which a daemon of
    /// another user then cannot open. With one, its index is read as it is.
    private static func location(_ path: String) -> String {
        let isInUse = access(path + "-wal", F_OK) == 0
        return URL(fileURLWithPath: path).absoluteString + (isInUse ? "?mode=ro&readonly_shm=1" : "?immutable=1")
    }
}

extension StoreFailure {
    /// There is no file of this name.
    static func missing(_ path: String) -> StoreFailure {
        StoreFailure(
            Diagnosis(
                id: "store.missing",
                summary: "There is no database \(path).",
                remedy:
                    "Set state_directory in [service] to that of the running daemon. One that has never run has stored "
                    + "nothing."
            ),
            retry: .never
        )
    }

    /// This user may not read it.
    static func notReadable(_ path: String) -> StoreFailure {
        StoreFailure(
            Diagnosis(
                id: "store.not-readable",
                summary: "The database \(path) cannot be read with the rights of this user.",
                remedy: "Run this as root, or as the user freebusyd runs as."
            ),
            retry: .never
        )
    }

    /// The file is of an earlier version of this program, and is only read.
    static func olderSchema(_ found: Int, known: Int, path: String) -> StoreFailure {
        StoreFailure(
            Diagnosis(
                id: "store.older-schema",
                summary: "The database \(path) has schema \(found), this version of freebusyd knows schema \(known).",
                remedy: "Start this version of the service once, which brings the database up to date, and try again."
            ),
            retry: .never
        )
    }
}
