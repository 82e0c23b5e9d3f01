import Foundation
import Hummingbird
import NIOCore

/// What the control API knows of a request besides itself: who is at the other end.
struct ControlContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The process at the other end of a Unix socket; `nil` where the system does not tell.
    func peer() async throws -> PeerCredentials? {
        try await channel.eventLoop.submit { [channel] in
            try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable { (descriptor: NIOBSDSocket.Handle) in
                PeerCredentials(ofSocket: descriptor)
            } ?? nil
        }.get()
    }
}

extension PeerCredentials {
    /// What the system noted when the peer connected (SO_PEERCRED in unix(7), SO_PEERGROUPS in socket.h).
    init?(ofSocket descriptor: Int32) {
        // `struct ucred`, which headers show to few: process, user, group.
        var credentials: [UInt32] = [0, 0, 0]
        var size = socklen_t(credentials.count * MemoryLayout<UInt32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return nil }
        // As many as a process may have (NGROUPS_MAX).
        var groups = [gid_t](repeating: 0, count: 65_536)
        size = socklen_t(groups.count * MemoryLayout<gid_t>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, &groups, &size) == 0 else { return nil }
        let count = Int(size) / MemoryLayout<gid_t>.size
        self.init(user: credentials[1], groups: Set(groups.prefix(count)).union([credentials[2]]))
    }
}
