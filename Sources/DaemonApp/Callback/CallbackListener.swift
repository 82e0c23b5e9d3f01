import Availability
import ConfigurationFile
import Exchange
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import SerialQueue
import ServiceLifecycle
import Synchronization

/// Waits on one address for the calls of Exchange, for all connectors that share it.
///
/// Whoever does not know a subscription's secret path learns nothing: whatever is wrong with a call, short of that, it is
/// answered with an empty 404, before its body is read.
actor CallbackListener {
    /// The largest call, in bytes: 50 events have less than 50,000.
    private static let largestBody = 1 << 20
    /// How long a call may take to come in.
    private static let patience = TimeAmount.seconds(30)
    /// How long a connection may stay open without a call.
    private static let idleLimit = TimeAmount.seconds(60)
    /// Whoever comes when so many are connected waits until one leaves.
    private static let mostConnections = 256

    private let serial = SerialQueue(label: "freebusyd.callback")
    let listen: ListenAddress
    /// Tells whether other files stand for the same identity by now; `nil` without TLS.
    let fingerprint: Int?
    private let server: HTTPServerBuilder
    private let inboxes: Inboxes
    private let logger: Logger
    private let told = Refusals()
    private var group: ServiceGroup?
    private var serving: Task<Void, Never>?

    /// Reads certificate and key, and checks that they belong together.
    init(
        _ listen: ListenAddress,
        identity: CallbackOptions.Identity?,
        inboxes: [PushInbox],
        logger: Logger
    ) throws(CallbackFailure) {
        self.listen = listen
        self.inboxes = Inboxes(inboxes)
        fingerprint = Self.fingerprint(of: identity)
        self.logger = logger
        let http = HTTPServerBuilder.http1(configuration: HTTP1Channel.Configuration(idleTimeout: Self.idleLimit))
        guard let identity else {
            server = http
            return
        }
        do {
            server = try .tls(http, tlsConfiguration: .server(identity))
        } catch {
            throw CallbackFailure(listen: listen, cause: .identity(String(describing: error)))
        }
    }

    /// Of what the files hold now.
    static func fingerprint(of identity: CallbackOptions.Identity?) -> Int? {
        guard let identity else { return nil }
        var hasher = Hasher()
        for path in [identity.certificate, identity.privateKey] {
            hasher.combine(path)
            hasher.combine(FileManager.default.contents(atPath: path))
        }
        return hasher.finalize()
    }

    /// Hands calls to these from now on.
    nonisolated func deliver(to inboxes: [PushInbox]) { self.inboxes.set(inboxes) }

    /// Hands calls to these too.
    nonisolated func deliver(alsoTo inboxes: [PushInbox]) { self.inboxes.add(inboxes) }

    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// Returns when calls are answered.
    func start() async throws(CallbackFailure) {
        let (began, continuation) = AsyncStream.makeStream(of: (any Error)?.self)
        let application = Application(
            router: router(),
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(listen.host, port: listen.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)
            ),
            onServerRunning: { _ in continuation.yield(nil) },
            logger: Logger(label: "freebusyd.callback") { _ in SwiftLogNoOpLogHandler() }
        )
        var configuration = ServiceGroupConfiguration(
            services: [application],
            logger: Logger(label: "freebusyd.services") { _ in SwiftLogNoOpLogHandler() }
        )
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        let group = ServiceGroup(configuration: configuration)
        self.group = group
        serving = Task {
            do {
                try await group.run()
            } catch {
                continuation.yield(error)
            }
            continuation.finish()
        }
        for await failure in began {
            guard let failure else { return }
            let code = (failure as? IOError)?.errnoCode
            let why = code.map { String(cString: strerror($0)) } ?? "\(failure)"
            throw CallbackFailure(listen: listen, cause: code == EADDRINUSE ? .taken : .address(why))
        }
    }

    /// Returns when the port is free.
    func stop() async {
        await group?.triggerGracefulShutdown()
        await serving?.value
    }

    private func router() -> Router<CallbackContext> {
        let router = Router(context: CallbackContext.self)
        let (inboxes, told, logger) = (inboxes, told, logger)
        router.post("**") { request, context in
            let inboxes = inboxes.now
            let response = await context.closing(after: Self.patience) { await Self.answer(request, inboxes) }
            if response.status != .ok {
                context.closeSoon()
                Self.tell(refusals: inboxes.reduce(0) { $0 + $1.refused }, told, logger)
            }
            return response
        }
        router.add(middleware: SilentMiddleware())
        return router
    }

    /// The first, and then ever fewer: whoever scans the port must not fill the log.
    private static func tell(refusals: Int, _ told: Refusals, _ logger: Logger) {
        guard told.isWorthTelling(refusals) else { return }
        let refused = Diagnosis.callsRefused(refusals)
        logger.warning("\(refused.summary) \(refused.remedy)", metadata: ["diagnosis": .stringConvertible(refused)])
    }

    private static func answer(_ request: Request, _ inboxes: [PushInbox]) async -> Response {
        let token = String(request.uri.path.split(separator: "/").last ?? "")
        guard let inbox = inboxes.first(where: { $0.knows(token) }) else {
            inboxes.first?.countStranger()
            return Response(status: .notFound)
        }
        guard let body = try? await request.body.collect(upTo: largestBody) else {
            inbox.refuseBody(token: token)
            return Response(status: .contentTooLarge)
        }
        switch inbox.receive(token: token, body: Array(buffer: body)) {
        case .accepted(let answer):
            return Response(
                status: .ok,
                headers: [.contentType: "text/xml; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer))
            )
        case .unknown: return Response(status: .notFound)
        case .malformed: return Response(status: .badRequest)
        }
    }
}

/// Whom calls are for. A mutex and not an actor: handlers run on many threads, and it changes with a reload only.
private final class Inboxes: Sendable {
    private let inboxes: Mutex<[PushInbox]>

    init(_ inboxes: [PushInbox]) {
        self.inboxes = Mutex(inboxes)
    }

    var now: [PushInbox] { inboxes.withLock { $0 } }

    func set(_ inboxes: [PushInbox]) { self.inboxes.withLock { $0 = inboxes } }

    func add(_ inboxes: [PushInbox]) {
        self.inboxes.withLock { known in known += inboxes.filter { new in !known.contains { $0 === new } } }
    }
}

/// How many refused calls there must be until the next line of the log. A mutex and not an actor: handlers run on many
/// threads, and it is only looked at and changed in passing.
private final class Refusals: Sendable {
    private let next = Mutex(1)

    func isWorthTelling(_ count: Int) -> Bool {
        next.withLock { next in
            guard count >= next else { return false }
            while next <= count { next *= 10 }
            return true
        }
    }
}

/// Whatever is not found or fails is answered in the same way, without a word.
private struct SilentMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: CallbackContext,
        next: (Request, CallbackContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return Response(status: .notFound)
        }
    }
}
