import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport

/// A server on loopback that does what a test told it to with each connection and with what comes on it.
final class LoopbackServer: Sendable {
    /// A connection that somebody made.
    struct Peer: Sendable {
        let channel: any Channel

        func write(_ text: String) {
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        }

        func writeAndClose(_ text: String) {
            channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in channel.close(promise: nil) }
        }

        func close() {
            channel.close(promise: nil)
        }
    }

    let port: UInt16
    private let channel: any Channel
    private let peers: PeerList

    /// - Parameters:
    ///   - identity: `NAME.key` and `NAME.crt` in this folder; without it there is no TLS.
    ///   - connected: called for each connection.
    ///   - received: called with what came.
    init(
        identity: (folder: TemporaryFolder, name: String)? = nil,
        connected: @escaping @Sendable (Peer) -> Void = { _ in },
        received: @escaping @Sendable (Peer, String) -> Void = { _, _ in }
    ) async throws {
        let peers = PeerList()
        let context = try identity.map { identity in
            let certificates = try NIOSSLCertificate.fromPEMFile(identity.folder.file("\(identity.name).crt"))
            return try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: certificates.map { .certificate($0) },
                    privateKey: .privateKey(
                        try NIOSSLPrivateKey(file: identity.folder.file("\(identity.name).key"), format: .pem)
                    )
                )
            )
        }
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    peers.list.withLock { $0.append(Peer(channel: channel)) }
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(Script(connected: connected, received: received))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        port = UInt16(channel.localAddress?.port ?? 0)
        self.peers = peers
    }

    deinit {
        channel.close(promise: nil)
        for peer in peers.list.withLock(\.self) { peer.close() }
    }

    private final class PeerList: Sendable {
        let list = Mutex<[Peer]>([])
    }

    private final class Script: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let connected: @Sendable (Peer) -> Void
        let received: @Sendable (Peer, String) -> Void

        init(
            connected: @escaping @Sendable (Peer) -> Void,
            received: @escaping @Sendable (Peer, String) -> Void
        ) {
            self.connected = connected
            self.received = received
        }

        func channelActive(context: ChannelHandlerContext) {
            connected(Peer(channel: context.channel))
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received(Peer(channel: context.channel), String(buffer: unwrapInboundIn(data)))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

extension OpenSSLCommand {
    /// An authority, `NAME.key` and `NAME.crt`.
    func makeAuthority(_ name: String) throws {
        try makeIdentity(name)
    }

    /// A key and a certificate for these names, such as `DNS:localhost`, signed by an authority: `NAME.key`, `NAME.crt`.
    func makeServer(_ name: String, names: String, signedBy authority: String, days: String = "30") throws {
        try self(
            "req",
            "-newkey",
            "rsa:2048",
            "-noenc",
            "-subj",
            "/CN=\(name)",
            "-keyout",
            "\(name).key",
            "-out",
            "\(name).csr"
        )
        try write("subjectAltName=\(names)\n".utf8, to: "\(name).ext")
        try self(
            "x509",
            "-req",
            "-in",
            "\(name).csr",
            "-CA",
            "\(authority).crt",
            "-CAkey",
            "\(authority).key",
            "-CAcreateserial",
            "-days",
            days,
            "-extfile",
            "\(name).ext",
            "-out",
            "\(name).crt"
        )
    }
}
