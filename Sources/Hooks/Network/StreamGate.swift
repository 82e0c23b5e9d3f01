import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// The end of a pipeline of SwiftNIO: keeps what came until somebody reads it, and why the connection ended.
///
/// It lives on its event loop. What waits here is bounded: with so many bytes the socket is not read until they are
/// fetched, as in SwiftNIO's `BackPressureHandler` for the other direction.
final class StreamGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Reader = CheckedContinuation<Result<[UInt8], ConnectionFailure>, Never>

    /// Bytes that wait here before the other side is held back.
    private static let mostWaiting = 65_536
    /// Bytes that one reading of the socket can add to them.
    private static let mostAtOnce = 16_384
    /// Bytes that the kernel may keep besides, of which it makes twice as many: when the other side closes, SwiftNIO takes
    /// all of them at once, whether they are asked for or not.
    private static let receiveBuffer = 65_536

    private let isSecured: Bool
    private var ready: EventLoopPromise<Void>?
    private var context: ChannelHandlerContext?
    private var arrived: [UInt8] = []
    private var reader: Reader?
    private var isReadingHeld = false
    private var unsent = 0
    private var ending: ConnectionFailure?

    /// - Parameter ready: is fulfilled when bytes can be sent, which with TLS is once both trust each other.
    private init(isSecured: Bool, ready: EventLoopPromise<Void>) {
        self.isSecured = isSecured
        self.ready = ready
    }

    static func bootstrap(
        on loop: any EventLoop,
        serverName: String,
        security: StreamSecurity,
        ready: EventLoopPromise<Void>
    ) -> ClientBootstrap {
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: mostAtOnce))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    switch security {
                    case .none: try pipeline.addHandler(StreamGate(isSecured: false, ready: ready))
                    case .tls(let trust):
                        // Without a name the certificate must be for the address that was connected to.
                        let isAddress = (try? SocketAddress(ipAddress: serverName, port: 0)) != nil
                        let name = isAddress ? nil : serverName
                        try pipeline.addHandler(NIOSSLClientHandler(context: trust.context, serverHostname: name))
                        try pipeline.addHandler(StreamGate(isSecured: true, ready: ready))
                    }
                }
            }
    }

    // MARK: For the connection

    func give(to newReader: Reader) {
        precondition(reader == nil, "one reader at a time")
        reader = newReader
        serve()
    }

    func send(_ bytes: [UInt8]) {
        guard ending == nil, let context else { return }
        unsent += bytes.count
        guard unsent <= StreamConnection.mostUnsent else { return end(.stalled) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        let gate = NIOLoopBound(self, eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in gate.value.unsent -= bytes.count }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: sent)
    }

    /// The first reason counts.
    func end(_ reason: ConnectionFailure) {
        guard ending == nil else { return }
        ending = reason
        ready?.fail(reason)
        ready = nil
        serve()
        context?.close(promise: nil)
    }

    private func serve() {
        guard let reader else { return }
        if !arrived.isEmpty {
            self.reader = nil
            let bytes = arrived
            arrived = []
            reader.resume(returning: .success(bytes))
            guard isReadingHeld else { return }
            isReadingHeld = false
            context?.read()
        } else if let ending {
            self.reader = nil
            reader.resume(returning: .failure(ending))
        }
    }

    // MARK: For the pipeline

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.closed)
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if !isSecured { succeed() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { succeed() }
    }

    private func succeed() {
        ready?.succeed()
        ready = nil
    }

    func read(context: ChannelHandlerContext) {
        guard arrived.count < Self.mostWaiting else {
            isReadingHeld = true
            return
        }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard ending == nil else { return }
        arrived.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        serve()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError { return end(.lost(errno: error.errnoCode)) }
        let secured = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
        end(ConnectionFailure(error, certificate: ready == nil ? nil : secured?.peerCertificate))
    }
}
