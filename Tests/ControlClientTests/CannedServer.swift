import Foundation
import TestSupport

/// A Unix socket that nobody listens on, as a killed daemon leaves it behind.
struct AbandonedSocket {
    let path: String
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("socket")
        close(try bound(to: path))
    }
}

/// A new socket that is bound to `path`.
private func bound(to path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let isBound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
        }
    }
    guard isBound else { throw CannedServer.DidNotStart() }
    return descriptor
}

/// Listens on a Unix socket and gives the one who connects a written answer, whatever is asked, then hangs up.
final class CannedServer: Sendable {
    struct DidNotStart: Error {}

    let path: String
    private let folder: TemporaryFolder
    private let listener: Int32

    /// - Parameter isHungUp: whether the connection ends with the answer.
    init(answer: String, isHungUp: Bool = true) throws {
        folder = try TemporaryFolder()
        path = folder.file("socket")
        let listener = try bound(to: path)
        self.listener = listener
        guard listen(listener, 1) == 0 else { throw DidNotStart() }
        Thread.detachNewThread {
            let connection = accept(listener, nil, nil)
            var request = [UInt8](repeating: 0, count: 65536)
            // The requests of these tests fit into one packet.
            _ = recv(connection, &request, request.count, 0)
            _ = answer.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
            if isHungUp { close(connection) }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
