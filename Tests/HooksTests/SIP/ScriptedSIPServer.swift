import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A SIP server on loopback that only knows text: what comes is handed to the test, and what the test says goes back.
///
/// It shares nothing with what it is there to judge: it cuts messages at the blank line and at `Content-Length`.
final class ScriptedSIPServer: Sendable {
    struct Request: Sendable {
        let text: String
        let arrival: Int
        /// Where it came from: of each connection another one.
        let origin: String
        /// Sends bytes to whoever sent the request.
        let send: @Sendable (String) -> Void
        /// Closes the connection it came on.
        let close: @Sendable () -> Void

        /// The value of a header field as it was sent.
        func header(_ name: String) -> String? {
            let head = text.components(separatedBy: "\r\n\r\n")[0]
            for line in head.components(separatedBy: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { continue }
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
            return nil
        }

        var body: String { text.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n") }
        var firstLine: String { text.components(separatedBy: "\r\n")[0] }
        /// Whose presence it is about.
        var uri: String { firstLine.components(separatedBy: " ")[1] }

        /// An answer to it: the fields that every answer repeats (RFC 3261, 8.2.6.2), and more.
        func answer(_ status: String, _ more: [String] = []) -> String {
            let repeated = ["Via", "From", "To", "Call-ID", "CSeq"].map { name in
                "\(name): \(header(name) ?? "")" + (name == "To" ? ";tag=server" : "")
            }
            return (["SIP/2.0 \(status)"] + repeated + more + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
        }
    }

    private struct State {
        var arrived: [Request] = []
        var waiting: [CheckedContinuation<Request, Never>] = []
        var answerer: (@Sendable (Request) -> Void)?
        var count = 0
        var channels: [any Channel] = []
    }

    private let state = Mutex(State())
    let port: Int
    private let channel: any Channel

    enum Kind: Sendable {
        case udp, tcp
        /// With a PEM certificate and its key.
        case tls(certificate: String, key: String)
    }

    /// Where the next one listens: below the ports that the system gives out by itself, and each once, so that one that
    /// stopped can listen there again.
    private static let nextPort = Atomic(Int.random(in: 15_000..<30_000))

    /// - Parameter port: `nil` for one that nobody else has.
    init(_ kind: Kind, port: Int? = nil) async throws {
        let box = Box()
        channel = try await Self.listen(kind, port, box)
        self.port = channel.localAddress?.port ?? 0
        box.server.withLock { $0 = self }
    }

    private static func listen(_ kind: Kind, _ port: Int?, _ box: Box) async throws -> any Channel {
        if let port { return try await bind(kind, port, box) }
        while true {
            do {
                return try await bind(kind, nextPort.wrappingAdd(1, ordering: .relaxed).newValue, box)
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                continue
            }
        }
    }

    private static func bind(_ kind: Kind, _ port: Int, _ box: Box) async throws -> any Channel {
        let group = MultiThreadedEventLoopGroup.singleton
        switch kind {
        case .udp:
            return try await DatagramBootstrap(group: group)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Datagrams(box))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
        case .tcp, .tls:
            let context = try context(of: kind)
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let context {
                            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                        }
                        try channel.pipeline.syncOperations.addHandler(Stream(box))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
        }
    }

    private static func context(of kind: Kind) throws -> NIOSSLContext? {
        guard case .tls(let certificate, let key) = kind else { return nil }
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            )
        )
    }

    /// The requests that came so far, of any kind.
    var count: Int { state.withLock(\.count) }

    /// The next request that came, in turn. Waits for it.
    func next() async -> Request {
        await withCheckedContinuation { continuation in
            let request = state.withLock { state -> Request? in
                if !state.arrived.isEmpty { return state.arrived.removeFirst() }
                state.waiting.append(continuation)
                return nil
            }
            if let request { continuation.resume(returning: request) }
        }
    }

    /// From now on requests go there, and `next` gives none.
    func answerAll(_ answerer: @escaping @Sendable (Request) -> Void) {
        let waiting = state.withLock { state in
            state.answerer = answerer
            defer { state.arrived = [] }
            return state.arrived
        }
        for request in waiting { answerer(request) }
    }

    /// Closes what is connected.
    func drop() {
        let channels = state.withLock { state in
            defer { state.channels = [] }
            return state.channels
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Nobody listens any more when it returns.
    func stop() async {
        try? await channel.close()
        drop()
    }

    private func arrived(
        _ text: String,
        from origin: String,
        send: @escaping @Sendable (String) -> Void,
        close: @escaping @Sendable () -> Void
    ) {
        let (answerer, waiter, request) = state.withLock { state in
            state.count += 1
            let request = Request(text: text, arrival: state.count, origin: origin, send: send, close: close)
            if let answerer = state.answerer {
                return (Optional(answerer), CheckedContinuation<Request, Never>?.none, request)
            }
            if !state.waiting.isEmpty { return (nil, state.waiting.removeFirst(), request) }
            state.arrived.append(request)
            return (nil, nil, request)
        }
        waiter?.resume(returning: request)
        answerer?(request)
    }

    /// Handlers are made before the server is.
    private final class Box: Sendable {
        let server = Mutex<ScriptedSIPServer?>(nil)
        var now: ScriptedSIPServer? { server.withLock(\.self) }
    }

    private final class Datagrams: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        let box: Box

        init(_ box: Box) {
            self.box = box
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            let (channel, sender) = (context.channel, envelope.remoteAddress)
            box.now?.arrived(
                String(buffer: envelope.data),
                from: "\(sender)",
                send: { text in
                    let envelope = AddressedEnvelope(remoteAddress: sender, data: ByteBuffer(string: text))
                    channel.writeAndFlush(envelope, promise: nil)
                },
                close: {}
            )
        }
    }

    private final class Stream: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let box: Box
        var pending = ""

        init(_ box: Box) {
            self.box = box
        }

        func channelActive(context: ChannelHandlerContext) {
            let channel = context.channel
            box.now?.state.withLock { $0.channels.append(channel) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            pending += String(buffer: unwrapInboundIn(data))
            while let end = pending.range(of: "\r\n\r\n") {
                let head = pending[..<end.lowerBound]
                let field = head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                let length = Int(field?.dropFirst(15).trimmingCharacters(in: .whitespaces) ?? "") ?? 0
                let rest = Array(pending[end.upperBound...].utf8)
                guard rest.count >= length else { return }
                let text = head + "\r\n\r\n" + String(decoding: rest[..<length], as: UTF8.self)
                pending = String(decoding: rest[length...], as: UTF8.self)
                let channel = context.channel
                box.now?.arrived(
                    String(text),
                    from: "\(channel.remoteAddress, default: "gone")",
                    send: { channel.writeAndFlush(ByteBuffer(string: $0), promise: nil) },
                    close: { channel.close(promise: nil) }
                )
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
