import Availability
import Foundation

/// The database as files in a folder: the file itself and what SQLite keeps beside it.
struct DatabaseFile: Sendable {
    let path: String

    private var folder: String { (path as NSString).deletingLastPathComponent }

    /// Makes the folder (0700) where there is none, and locks it against other daemons.
    func lock() throws(StoreFailure) -> DatabaseLock {
        try makeFolder(folder)
        return try DatabaseLock(path: (folder as NSString).appendingPathComponent("lock"), of: path)
    }

    /// Makes an empty file (0600) where there is none. What exists keeps its permissions.
    ///
    /// SQLite gives `-wal` and `-shm` the permissions of the file.
    func prepare() throws(StoreFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        // An existing file is not opened here: closing it would drop the locks of SQLite on it in this process.
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw StoreFailure(errno: errno, path: path) }
            return try checkIsFile()
        }
        close(descriptor)
    }

    /// SQLite would call a folder of this name an error of the disk.
    private func checkIsFile() throws(StoreFailure) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw StoreFailure(errno: errno, path: path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw StoreFailure.notWritable(path) }
    }

    /// Renames the file, with `-wal` and `-shm`, to a name with the time.
    /// - Returns: the new path.
    func setAside(at time: Date) throws(StoreFailure) -> String {
        let target = freeName(at: time)
        // The log goes first: left behind alone it would be played into the fresh file.
        for suffix in ["-wal", "-shm", ""] where rename(path + suffix, target + suffix) != 0 && errno != ENOENT {
            throw StoreFailure(errno: errno, path: path + suffix)
        }
        return target
    }

    private func makeFolder(_ folder: String) throws(StoreFailure) {
        guard !folder.isEmpty, mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT else { throw StoreFailure(errno: errno, path: path) }
        let parent = (folder as NSString).deletingLastPathComponent
        guard parent != folder else { throw StoreFailure(errno: ENOENT, path: path) }
        try makeFolder(parent)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw StoreFailure(errno: errno, path: path) }
    }

    private func freeName(at time: Date) -> String {
        let stamp = time.wholeSecond.formatted(.iso8601).replacing("-", with: "").replacing(":", with: "")
        let name = "\(path).damaged-\(stamp)"
        var candidate = name
        var number = 1
        while access(candidate, F_OK) == 0 {
            number += 1
            candidate = "\(name).\(number)"
        }
        return candidate
    }
}
