package import Dispatch
import Foundation

/// Looks up the addresses of a host.
package protocol HostNames: Sendable {
    /// IP addresses, version 6 without brackets, in the order in which they would be tried; none where there are none.
    func addresses(of host: String) async -> [String]
}

/// The names as the system resolves them: the hosts file, DNS, and what else nsswitch.conf(5) says.
package struct SystemHostNames: HostNames {
    /// getaddrinfo(3) blocks, for as long as resolv.conf(5) lets it.
    private let queue: DispatchQueue

    package init(queue: DispatchQueue = DispatchQueue(label: "freebusyd.names", attributes: .concurrent)) {
        self.queue = queue
    }

    package func addresses(of host: String) async -> [String] {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Self.lookUp(host)) }
        }
    }

    private static func lookUp(_ host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        return sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { entry in
            guard let entry = entry?.pointee else { return nil }
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = socklen_t(text.count)
            guard getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0 else {
                return nil
            }
            return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}
