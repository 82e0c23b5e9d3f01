import CResolver

/// A question to the resolver of the C library, which blocks the thread that asks.
enum Lookup: Hashable, Sendable {
    case addresses(String)
    case services(String)
    case pointers(String)

    enum Answer: Sendable {
        case addresses([HostAddress])
        case services([ServiceRecord])
        case pointers([AuthorityPointer])
    }

    /// Seconds that the resolver waits for one name server, and how often it asks it: of each of the three that it may
    /// know (resolv.conf(5)).
    private static let (patience, attempts): (Int32, Int32) = (2, 2)

    func answer() throws(NameServiceError) -> Answer {
        switch self {
        case .addresses(let host): .addresses(try Self.addresses(of: host))
        case .services(let name): .services(try ServiceMessage.records(in: Self.message(about: name, ns_t_srv)))
        case .pointers(let name): .pointers(try AuthorityPointer.records(in: Self.message(about: name, ns_t_naptr)))
        }
    }

    /// As everything on this machine finds them, also from its own files (nsswitch.conf(5)), in the order in which they
    /// are to be tried (RFC 6724).
    private static func addresses(of host: String) throws(NameServiceError) -> [HostAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        defer { freeaddrinfo(first) }
        switch code {
        case 0: break
        case EAI_NONAME: throw .noSuchName
        case cresolver_no_data, cresolver_no_family: throw .noSuchRecord
        case EAI_AGAIN: throw .noAnswer(seconds: Double(patience * attempts))
        default: throw .serverFailure
        }
        var addresses: [HostAddress] = []
        var next = first
        while let entry = next?.pointee {
            if let address = numeric(entry), !addresses.contains(address) { addresses.append(address) }
            next = entry.ai_next
        }
        guard !addresses.isEmpty else { throw .noSuchRecord }
        return addresses
    }

    private static func numeric(_ entry: addrinfo) -> HostAddress? {
        var text = [CChar](repeating: 0, count: 64)
        let length = socklen_t(text.count)
        guard getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        let name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return HostAddress(name, entry.ai_family == AF_INET6 ? .v6 : .v4)
    }

    private static func message(about name: String, _ type: ns_type) throws(NameServiceError) -> [UInt8] {
        var state = cresolver_state()
        guard cresolver_init(&state) == 0 else { throw .serverFailure }
        defer { cresolver_close(&state) }
        (state.retrans, state.retry) = (patience, attempts)
        var message = [UInt8](repeating: 0, count: Int(NS_MAXMSG))
        let length = cresolver_query(&state, name, Int32(type.rawValue), &message, Int32(message.count))
        guard length >= 0 else {
            switch state.res_h_errno {
            case HOST_NOT_FOUND: throw .noSuchName
            case NO_DATA: throw .noSuchRecord
            case TRY_AGAIN: throw .noAnswer(seconds: Double(patience * attempts))
            default: throw .serverFailure
            }
        }
        return Array(message.prefix(Int(length)))
    }
}
