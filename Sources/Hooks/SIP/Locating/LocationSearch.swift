import NameService
import SIPMessages

/// How a SIP server is found (RFC 3263, 4.1 and 4.2): which question comes next, given the answers so far.
///
/// NAPTR records lead to SRV records, these to hosts, and these to addresses. An address or a port says it all, a transport
/// leaves NAPTR out. Where a domain has no NAPTR records, all its SRV records are looked for, TLS before UDP before TCP;
/// where it has none of these either, its own addresses are used, with UDP unless another transport is asked for.
struct LocationSearch {
    enum Question: Hashable {
        case pointers(String)
        case services(String)
        case addresses(String)
    }

    /// A host whose addresses are still to be asked for.
    private struct Target {
        var transport: SIPTransport
        var host: String
        var port: UInt16
        var rank = 0
    }

    /// Names of SRV records that are asked for at most.
    private static let mostServices = 3
    /// Hosts that are asked for at most, and addresses that are kept of each.
    private static let (mostTargets, mostAddresses) = (8, 8)

    private let host: String
    private let wanted: SIPTransport?
    private let random: (ClosedRange<Int>) -> Int
    private var asksPointers = false
    private var services: [(transport: SIPTransport, name: String)] = []
    private var targets: [Target] = []
    private var rank = 0
    /// Whether the host's own addresses are used when nothing else is found.
    private var fallsBack = true

    /// In the order in which they are to be tried.
    private(set) var locations: [ServerLocation] = []
    /// What went wrong last.
    private(set) var failure: NameServiceError?

    init(
        host: String,
        port: UInt16?,
        transport: SIPTransport?,
        random: @escaping (ClosedRange<Int>) -> Int
    ) {
        self.host = host
        self.random = random
        wanted = transport
        if port != nil || Self.isAddress(host) {
            let transport = transport ?? .udp
            targets = [Target(transport: transport, host: host, port: port ?? transport.defaultPort)]
            fallsBack = false
        } else if let transport {
            services = [Self.service(transport, of: host)]
        } else {
            asksPointers = true
        }
    }

    /// `nil` when there is nothing left to ask.
    var question: Question? {
        if asksPointers { return .pointers(host) }
        if let service = services.first { return .services(service.name) }
        return targets.first.map { .addresses($0.host) }
    }

    mutating func found(_ pointers: [AuthorityPointer]) {
        asksPointers = false
        let known = pointers.compactMap { pointer in
            Self.transport(of: pointer).map { (pointer: pointer, transport: $0) }
        }
        let order = known.map(\.pointer.order).min()
        let best = known.filter { $0.pointer.order == order }.sorted { $0.pointer.preference < $1.pointer.preference }
        services = best.prefix(Self.mostServices).map { ($0.transport, $0.pointer.replacement) }
        if services.isEmpty { askAllServices() }
    }

    mutating func found(_ records: [ServiceRecord]) {
        guard !services.isEmpty else { return }
        let (transport, _) = services.removeFirst()
        fallsBack = false
        // Nobody listens on port 0. Name servers give them in another order each time, which must not decide the draw.
        let usable = records.filter { $0.port > 0 }.sorted { ($0.target, $0.port) < ($1.target, $1.port) }
        var priority: UInt16?
        for record in ServiceRecord.ordered(usable, random: random) where targets.count < Self.mostTargets {
            if record.priority != priority { rank += 1 }
            priority = record.priority
            targets.append(Target(transport: transport, host: record.target, port: record.port, rank: rank))
        }
    }

    mutating func found(_ addresses: [HostAddress]) {
        guard !targets.isEmpty else { return }
        let target = targets.removeFirst()
        let location = ServerLocation(
            transport: target.transport,
            name: host,
            host: target.host,
            addresses: Array(addresses.prefix(Self.mostAddresses)),
            port: target.port,
            rank: target.rank
        )
        if !addresses.isEmpty, !locations.contains(location) { locations.append(location) }
    }

    /// There is no answer to the question.
    mutating func failed(_ error: NameServiceError) {
        failure = error
        if asksPointers {
            asksPointers = false
            // Below a name that is not there nothing is, in the DNS; the machine's own files may know the host.
            if error != .noSuchName { askAllServices() }
        } else if !services.isEmpty {
            services.removeFirst()
            switch error {
            case .notOffered: fallsBack = false
            // The other names would not be told either, and each takes its time.
            case .noAnswer: services = []
            default: break
            }
        } else if !targets.isEmpty {
            targets.removeFirst()
            return
        }
        fallBack()
    }

    private mutating func askAllServices() {
        services = [.tls, .udp, .tcp].map { Self.service($0, of: host) }
    }

    private mutating func fallBack() {
        guard fallsBack, !asksPointers, services.isEmpty, targets.isEmpty else { return }
        let transport = wanted ?? .udp
        targets = [Target(transport: transport, host: host, port: transport.defaultPort)]
        fallsBack = false
    }

    private static func service(_ transport: SIPTransport, of host: String) -> (SIPTransport, String) {
        switch transport {
        case .udp: (.udp, "_sip._udp.\(host)")
        case .tcp: (.tcp, "_sip._tcp.\(host)")
        case .tls: (.tls, "_sips._tcp.\(host)")
        }
    }

    /// `nil` where it leads to something that is not ours, or not to SRV records.
    private static func transport(of pointer: AuthorityPointer) -> SIPTransport? {
        guard pointer.flags.lowercased() == "s", pointer.expression.isEmpty, !pointer.replacement.isEmpty else {
            return nil
        }
        switch pointer.services.uppercased() {
        case "SIP+D2U": return .udp
        case "SIP+D2T": return .tcp
        case "SIPS+D2T": return .tls
        default: return nil
        }
    }

    private static func isAddress(_ host: String) -> Bool {
        host.contains(":") || host.utf8.allSatisfy { 0x30...0x39 ~= $0 || $0 == 0x2E }
    }
}
