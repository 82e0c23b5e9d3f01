import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOSSL

/// An Exchange server for demonstration and tests, that lives in this process.
///
/// It shares no code with the client it is made to try, so that a misreading of the protocol cannot cancel itself out.
package struct Simulator: Sendable {
    private let options: SimulatorOptions
    private let logger: Logger
    private let mailboxes: Mailboxes
    private let groups = Groups()
    private let notifications: Notifications
    private let conduct = ServerConduct()
    private let mailTips = MailTipsConduct()
    private let callbackAuthority: NIOSSLTrustRoots?

    /// The path that clients are given; its case does not matter.
    package static let path = "/EWS/Exchange.asmx"

    /// Reads the calendars.
    /// - Throws: `SimulatorMistake` when a file cannot be used.
    package init(_ options: SimulatorOptions, logger: Logger) async throws(SimulatorMistake) {
        self.options = options
        self.logger = logger
        callbackAuthority = try options.callbackAuthority.map(Self.authority)
        mailboxes = Mailboxes(now: Self.now)
        notifications = Notifications(product: options.product, limits: options.notificationLimits)
        let service = Mailbox(
            address: options.username.lowercased(),
            source: "service account",
            calendar: nil,
            now: Self.now()
        )
        await mailboxes.add([service])
        if let folder = options.calendars {
            await mailboxes.add(try CalendarFolder(path: folder).mailboxes(shift: options.shift, now: Self.now()))
        }
        let crowd = SyntheticCrowd(mailboxes: options.syntheticMailboxes, appointments: options.syntheticAppointments)
        await mailboxes.add(crowd.make(now: Self.now()))
    }

    /// Serves until the task is cancelled or shut down gracefully.
    /// - Throws: `SimulatorMistake` when the certificate cannot be used or the address not be listened on.
    /// - Parameters:
    ///   - stopsOnSignals: whether SIGTERM and SIGINT end it; for a process that does nothing else.
    ///   - onReady: called once with the EWS URL, when clients can connect.
    package func run(stopsOnSignals: Bool = false, onReady: @escaping @Sendable (String) -> Void) async throws {
        let scheme = if case .plain = options.transport { "http" } else { "https" }
        let host = options.host.contains(":") ? "[\(options.host)]" : options.host
        var application = Application(
            router: router(),
            server: try server(),
            configuration: ApplicationConfiguration(address: .hostname(options.host, port: options.port)),
            onServerRunning: { channel in
                onReady("\(scheme)://\(host):\(channel.localAddress?.port ?? 0)\(Self.path)")
            },
            logger: logger
        )
        application.addServices(PushService(notifications: notifications, authority: callbackAuthority))
        do {
            try await stopsOnSignals ? application.runService() : application.run()
        } catch let error as IOError {
            throw SimulatorMistake("\(host):\(options.port): \(Self.reason(error))")
        }
    }

    /// Why an address cannot be listened on.
    private static func reason(_ error: IOError) -> String {
        switch error.errnoCode {
        case EADDRINUSE: "another program listens there already"
        case EADDRNOTAVAIL: "this machine does not have that address"
        case EACCES: "listening there needs more rights"
        default: error.description
        }
    }

    /// Reads the certificates of authorities.
    private static func authority(file: String) throws(SimulatorMistake) -> NIOSSLTrustRoots {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
            throw SimulatorMistake("\(file): no certificates in PEM form")
        }
        return .certificates(certificates)
    }

    private func router() -> Router<SimulatorContext> {
        let router = Router(context: SimulatorContext.self, options: .caseInsensitive)
        let endpoint = ExchangeEndpoint(
            product: options.product,
            credentials: BasicCredentials(username: options.username, password: options.password),
            mailboxes: mailboxes,
            notifications: notifications,
            backEnds: BackEnds(count: options.backEnds),
            conduct: conduct,
            budget: RequestBudget(most: options.product.concurrentRequests),
            operations: ExchangeOperations(
                mailboxes: mailboxes,
                groups: groups,
                notifications: notifications,
                mailTips: mailTips,
                product: options.product
            )
        )
        router.post(RouterPath(Self.path)) { await endpoint.respond(to: $0, context: $1) }
        let control = ControlRoutes(
            mailboxes: mailboxes,
            groups: groups,
            notifications: notifications,
            conduct: conduct,
            mailTips: mailTips,
            now: Self.now
        )
        control.add(to: router)
        return router
    }

    private func server() throws -> HTTPServerBuilder {
        guard case .tls(let certificate, let privateKey) = options.transport else { return .http1() }
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
            key = try NIOSSLPrivateKey(file: privateKey, format: .pem)
        } catch {
            throw SimulatorMistake("\(certificate), \(privateKey): no certificate with its key in PEM form")
        }
        return try .tls(
            tlsConfiguration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
        )
    }

    /// The one place that looks at the machine's clock.
    private static func now() -> Instant { Instant(seconds: Int(Date().timeIntervalSince1970)) }
}
