import CProgram
import Dispatch
import Foundation

/// Tells which of many descriptors can be read, through one epoll descriptor and one Dispatch source for all of them.
///
/// A source for each descriptor would do by the documentation, but loses wake-ups under load when sources come and go
/// by the thousand.
final class ReadinessWatch {
    private let descriptor: Int32
    private let source: any DispatchSourceRead

    /// - Parameter handler: runs on `queue` whenever `ready` has something to tell.
    /// - Throws: the `errno` of the system.
    init(queue: DispatchQueue, handler: @escaping @Sendable () -> Void) throws(SystemError) {
        var descriptor: Int32 = -1
        let error = cprogram_watch_make(&descriptor)
        guard error == 0 else { throw SystemError(code: error) }
        self.descriptor = descriptor
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler(handler: handler)
        source.setCancelHandler { [descriptor] in close(descriptor) }
        source.activate()
    }

    deinit {
        // Dispatch may still look at the descriptor: the cancel handler closes it.
        source.cancel()
    }

    func add(_ watched: Int32, key: UInt64) throws(SystemError) {
        let error = cprogram_watch_add(descriptor, watched, key)
        guard error == 0 else { throw SystemError(code: error) }
    }

    /// Before the descriptor is closed.
    func remove(_ watched: Int32) {
        cprogram_watch_remove(descriptor, watched)
    }

    /// The keys of some descriptors that can be read now; the handler comes again for the others.
    func ready() -> [UInt64] {
        [UInt64](unsafeUninitializedCapacity: 64) { keys, count in
            count = cprogram_watch_ready(descriptor, keys.baseAddress, keys.count)
        }
    }
}

/// An `errno`.
struct SystemError: Error, Hashable {
    let code: Int32
}
