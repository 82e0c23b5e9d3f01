import ConfigurationFile
import Logging
import ServiceLifecycle
import Synchronization

/// Everything on which the daemon answers, from its configuration: the control socket, and TCP where that is wanted.
struct DaemonServers: Sendable {
    let control: ControlServer
    let network: NetworkServer?

    /// - Throws: where something cannot be had that is known before anybody is let in.
    init(_ configuration: Configuration, routes: ControlRoutes) throws(NetworkFailure) {
        control = ControlServer(path: configuration.service.controlSocket, routes: routes)
        network = try NetworkServer(configuration.http)
    }

    /// - Parameter onRunning: called once all answer.
    func services(
        logger: Logger,
        onRunning: @escaping @Sendable () -> Void
    ) throws(ControlSocketFailure) -> [any Service] {
        let missing = Countdown(network == nil ? 1 : 2, onRunning)
        var services: [any Service] = [try control.service { missing.count() }]
        if let network {
            services.append(
                network.service(control.routes) {
                    logger.info("The API listens on \(network.listen)", metadata: ["event": "api-listening"])
                    missing.count()
                }
            )
        }
        return services
    }
}

/// Calls `action` when it was called for the last time. With a lock, since the servers start each on a thread of its own.
private final class Countdown: Sendable {
    private let left: Mutex<Int>
    private let action: @Sendable () -> Void

    init(_ count: Int, _ action: @escaping @Sendable () -> Void) {
        left = Mutex(count)
        self.action = action
    }

    func count() {
        let isLast = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isLast { action() }
    }
}
