import Availability
import ConfigurationFile
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// The control API over TCP: as long as its service runs.
struct NetworkServer: Sendable {
    let listen: ListenAddress
    private let server: HTTPServerBuilder

    /// Whoever comes when so many are connected waits until one leaves.
    private static let mostConnections = 256
    /// The largest head of a request, in bytes, and the most header fields.
    private static let heads = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 << 10,
        maxHeaderListSize: 16 << 10,
        maxHeaderFieldCount: 100
    )

    /// `nil` where the configuration names no address. Reads certificate and key.
    init?(_ options: HTTPOptions) throws(NetworkFailure) {
        guard let listen = options.listen else { return nil }
        self.listen = listen
        let http = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [PatienceHandler()],
                httpDecoderConfiguration: Self.heads
            )
        )
        do {
            server = try options.identity.map { try .tls(http, tlsConfiguration: .server($0)) } ?? http
        } catch {
            throw NetworkFailure(listen: listen, cause: .identity(String(describing: error)))
        }
    }

    /// Serves until the service group is told to stop.
    ///
    /// - Parameter onRunning: called once requests are answered.
    func service(_ routes: ControlRoutes, onRunning: @escaping @Sendable () -> Void) -> some Service {
        let application = Application(
            router: routes.router(for: .network(isLocal: listen.isLoopback)),
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(listen.host, port: listen.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)
            ),
            onServerRunning: { _ in onRunning() },
            // As with the control socket, what fails fails a request, which tells.
            logger: Logger(label: "freebusyd.network") { _ in SwiftLogNoOpLogHandler() }
        )
        return ExplainedService(base: application) { [listen] error in
            let why = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            return NetworkFailure(listen: listen, cause: .address(why))
        }
    }
}

/// A service that ends with an error that tells what to do.
struct ExplainedService<Base: Service>: Service {
    let base: Base
    let explain: @Sendable (any Error) -> any ExplainedError

    func run() async throws {
        do {
            try await base.run()
        } catch {
            throw explain(error)
        }
    }
}
