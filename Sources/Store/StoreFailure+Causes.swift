import Availability
import Foundation
import GRDB

// Every cause is told by a result code of SQLite (https://www.sqlite.org/rescode.html) or an errno, never by a text.
extension StoreFailure {
    /// What an error thrown by GRDB means for the file at `path`.
    init(_ error: any Error, path: String) {
        switch error {
        case let failure as StoreFailure: self = failure
        case let error as DatabaseError: self.init(resultCode: error.extendedResultCode.rawValue, path: path)
        case is CancellationError: self = .failed("the work was called off", path: path)
        default: self = .failed("\(error)", path: path)
        }
    }

    /// What a result code of SQLite, extended or not, means for the file at `path`.
    init(resultCode: CInt, path: String) {
        switch ResultCode(rawValue: resultCode).primaryResultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .damaged(path)
        case .SQLITE_FULL: self = .full(path)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH: self = .notWritable(path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path)
        default: self = .failed("SQLite result \(resultCode)", path: path)
        }
    }

    /// What an `errno` of a file operation means for the file at `path`.
    init(errno code: Int32, path: String) {
        switch code {
        case EACCES, EPERM, EROFS, EISDIR, ENOTDIR, ELOOP, ENOENT: self = .notWritable(path)
        case ENOSPC, EDQUOT: self = .full(path)
        default: self = .failed("system error \(code)", path: path)
        }
    }
}

extension StoreFailure {
    /// The file is of a later version of this program.
    static func newerSchema(_ found: String, known: Int, path: String) -> StoreFailure {
        StoreFailure(
            Diagnosis(
                id: "store.newer-schema",
                summary: "The database \(path) has schema \(found), this version of freebusyd knows schema \(known).",
                remedy: "Install the newer version of freebusyd again, or move the file away: everything is then read "
                    + "again from the server, and only overrides and waiting deliveries are lost."
            ),
            retry: .never
        )
    }

    /// Another daemon runs on the same folder.
    /// - Parameter process: its number, where it could be read.
    static func inUse(by process: Int32?, path: String) -> StoreFailure {
        let name = process.map { " (process \($0))" } ?? ""
        return StoreFailure(
            Diagnosis(
                id: "store.in-use",
                summary: "Another freebusyd\(name) uses the database \(path).",
                remedy: "Stop it first, or set another state_directory in [service]."
            ),
            retry: .never
        )
    }

    /// What is in the file is not a whole database.
    static func damaged(_ path: String) -> StoreFailure {
        StoreFailure(
            Diagnosis(
                id: "store.damaged",
                summary: "The database \(path) is damaged.",
                remedy: "Restart freebusyd: it sets the file aside and reads everything again. Check the disk if this "
                    + "happens twice."
            ),
            retry: .never
        )
    }

    static func notWritable(_ path: String) -> StoreFailure {
        StoreFailure(
            Diagnosis(
                id: "store.not-writable",
                summary: "The database \(path) cannot be opened or written.",
                remedy: "Let the user freebusyd runs as own the folder state_directory and the files in it, and see "
                    + "that the file system is mounted for writing."
            ),
            retry: .later
        )
    }

    static func full(_ path: String) -> StoreFailure {
        StoreFailure(
            Diagnosis(
                id: "store.full",
                summary: "There is no room left for the database \(path).",
                remedy: "Free space on the file system of state_directory, or raise the quota."
            ),
            retry: .later
        )
    }

    static func locked(_ path: String) -> StoreFailure {
        StoreFailure(
            Diagnosis(
                id: "store.locked",
                summary: "Another process holds the database \(path).",
                remedy: "See with fuser or lsof which process has the file open, and end its transaction. Only one "
                    + "freebusyd may use a state_directory."
            ),
            retry: .later
        )
    }

    /// What has no cause of its own.
    /// - Parameter seen: the part of a sentence that tells a code, never data.
    static func failed(_ seen: String, path: String) -> StoreFailure {
        StoreFailure(
            Diagnosis(
                id: "store.failed",
                summary: "The database \(path) could not do what was asked (\(seen)).",
                remedy: "Look for errors of the disk in the kernel log. If there are none, report it with this line."
            ),
            retry: .later
        )
    }
}
