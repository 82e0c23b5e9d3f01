import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import ServiceLifecycle

/// HTTP on the control socket: as long as `run` runs.
struct ControlServer: Sendable {
    let path: String
    let routes: ControlRoutes

    /// Whoever comes when so many are connected waits until one leaves.
    private static let mostConnections = 256

    /// Serves until the service group is told to stop.
    ///
    /// - Parameter onRunning: called once requests are answered.
    func service(onRunning: @escaping @Sendable () -> Void) throws(ControlSocketFailure) -> some Service {
        try prepare()
        let application = Application(
            router: routes.router(for: .controlSocket),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: path),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)
            ),
            onServerRunning: { [path] _ in
                // Made with the umask of the process, which lets nobody but the owner write: open it to the group.
                chmod(path, 0o660)
                onRunning()
            },
            // The server's own chatter is of no use to an administrator; what fails there fails a request, which tells.
            logger: Logger(label: "freebusyd.control") { _ in SwiftLogNoOpLogHandler() }
        )
        return ExplainedService(base: application) { [path] error in
            ControlSocketFailure(path: path, cause: .ended("\(error)"))
        }
    }

    /// Makes the folder, and removes a socket that a killed daemon left behind; anything else at the path stays.
    private func prepare() throws(ControlSocketFailure) {
        let folder = (path as NSString).deletingLastPathComponent
        if !FileManager.default.fileExists(atPath: folder) {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o750]
                )
            } catch {
                throw ControlSocketFailure(path: path, cause: .folder)
            }
        }
        // Of a link it is the link that is looked at.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return }
        guard attributes[.type] as? FileAttributeType == .typeSocket else {
            throw ControlSocketFailure(path: path, cause: .notASocket)
        }
        guard !isAnswered() else { throw ControlSocketFailure(path: path, cause: .inUse) }
        unlink(path)
    }

    private func isAnswered() -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8.prefix(MemoryLayout.size(ofValue: address.sun_path) - 1))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
