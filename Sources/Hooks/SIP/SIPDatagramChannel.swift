import NIOCore
import NIOPosix
import NameService

/// SIP over UDP: one connected socket to one server.
///
/// The system drops datagrams of anybody else, and tells when nobody listens at the server's port (ICMP), which an
/// unconnected socket would never learn.
final class SIPDatagramChannel: SIPChannel {
    /// The largest datagram that is read, in bytes.
    private static let largest = 65_536

    let sentBy: (host: String, port: UInt16?)
    private let channel: any Channel

    private init(channel: any Channel, sentBy: (host: String, port: UInt16?)) {
        self.channel = channel
        self.sentBy = sentBy
    }

    deinit {
        channel.close(promise: nil)
    }

    /// - Parameter tell: is called on the channel's event loop.
    static func open(
        to server: HostAddress,
        port: UInt16,
        tell: @escaping @Sendable (SIPChannelEvent) -> Void
    ) async throws(ConnectionFailure) -> SIPDatagramChannel {
        let text = server.version == .v6 ? "[\(server.text)]:\(port)" : "\(server.text):\(port)"
        do {
            let remote = try SocketAddress(ipAddress: server.text, port: Int(port))
            let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: largest))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(DatagramListener(server: text, tell: tell))
                    }
                }
                .connect(to: remote)
                .get()
            guard let local = channel.localAddress, let ip = local.ipAddress, let port = local.port else {
                throw ConnectionFailure.lost(errno: 0)
            }
            return SIPDatagramChannel(channel: channel, sentBy: (ip, UInt16(exactly: port)))
        } catch {
            throw ConnectionFailure(datagrams: error, to: text)
        }
    }

    func send(_ message: [UInt8]) {
        let channel = channel
        channel.writeAndFlush(ByteBuffer(bytes: message)).whenFailure { error in
            channel.pipeline.fireErrorCaught(error)
        }
    }

    func close() {
        channel.close(promise: nil)
    }
}

/// Hands on what comes in.
private final class DatagramListener: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let server: String
    private let tell: @Sendable (SIPChannelEvent) -> Void

    init(server: String, tell: @escaping @Sendable (SIPChannelEvent) -> Void) {
        self.server = server
        self.tell = tell
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        tell(.datagram(Array(buffer: unwrapInboundIn(data).data)))
    }

    /// Also when the system says that nobody listens there.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        tell(.ended(ConnectionFailure(datagrams: error, to: server)))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        tell(.ended(.lost(errno: 0)))
    }
}

extension ConnectionFailure {
    fileprivate init(datagrams error: any Error, to server: String) {
        switch error {
        case let error as ConnectionFailure: self = error
        case let error as IOError: self = .notReached(address: server, errno: error.errnoCode)
        default: self = .lost(errno: 0)
        }
    }
}
