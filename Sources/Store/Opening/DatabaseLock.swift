import Availability
import Foundation

/// The exclusive lock of a daemon on the folder of its database.
///
/// It belongs to the open file `lock` (flock(2)): the kernel frees it however the process ends. Programs that the
/// daemon starts do not inherit it. The file stays, since a lock on a file that was removed would keep nobody out.
final class DatabaseLock: Sendable {
    private let descriptor: Int32

    /// - Parameters:
    ///   - path: of the file of the lock (0600), which holds the number of the process that locked it last, for people.
    ///   - database: what the failure speaks of.
    /// - Throws: `store.in-use` where another has the lock.
    init(path: String, of database: String) throws(StoreFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreFailure(errno: errno, path: database) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let owner = Self.owner(descriptor)
            close(descriptor)
            throw code == EWOULDBLOCK ? .inUse(by: owner, path: database) : StoreFailure(errno: code, path: database)
        }
        self.descriptor = descriptor
        let number = Array("\(getpid())\n".utf8)
        // Only people read it: the lock holds without.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, number, number.count, 0)
    }

    deinit {
        close(descriptor)
    }

    /// Lets the next one in; for good.
    func release() {
        flock(descriptor, LOCK_UN)
    }

    /// `nil` in the moment in which the owner has not written its number yet.
    private static func owner(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Int32(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).trimmingCharacters(in: .newlines))
    }
}
