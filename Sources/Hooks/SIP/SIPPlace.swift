import Availability
import NameService
import SIPMessages

/// Where the servers of the configuration are, and those that a redirection names (RFC 3263).
struct SIPPlace: Sendable {
    private let options: SIPPublishHook.Options
    private let names: NameService

    init(_ options: SIPPublishHook.Options, names: NameService) {
        self.options = options
        self.names = names
    }

    /// Not empty, in the order in which they are to be tried.
    ///
    /// - Parameter uri: whose servers are wanted instead of the configured ones.
    func servers(of uri: SIPURI?) async throws(HookFailure) -> SIPServers {
        let host = uri?.host ?? options.host
        let locations: [ServerLocation]
        do throws(NameServiceError) {
            locations = try await names.locations(
                of: host,
                port: uri == nil ? options.port : uri?.port,
                transport: uri.map(\.wantedTransport) ?? options.transport,
                drawnFor: "\(options.machine) \(host)"
            )
        } catch {
            throw .unreachable(options.target, seen: "\(host) cannot be looked up, \(error)")
        }
        let best = locations.first?.rank
        let equals = locations.prefix { $0.rank == best }
        return SIPServers(locations.flatMap(\.servers), equals: equals.flatMap(\.servers).count)
    }
}

extension ServerLocation {
    fileprivate var servers: [SIPServer] {
        addresses.map { SIPServer(name: name, address: $0, port: port, transport: transport) }
    }
}

extension SIPURI {
    /// What it says of how to get there (RFC 3263, 4.1); `nil` where that is for its domain to say.
    fileprivate var wantedTransport: SIPTransport? {
        guard scheme != .sips else { return .tls }
        return parameter("transport").flatMap { SIPTransport(rawValue: $0.lowercased()) }
    }
}
