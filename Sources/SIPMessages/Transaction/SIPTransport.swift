/// What carries messages (RFC 3261, 18).
package enum SIPTransport: String, CaseIterable, Hashable, Sendable {
    case udp, tcp, tls

    /// Requests beyond this many bytes go over a connection, since they might not fit a datagram on the way whole
    /// (RFC 3261, 18.1.1, for a path whose MTU is not known).
    package static let largestDatagram = 1_300

    /// What a request of so many bytes goes over. The Via of the request has to name it too.
    package func carrying(bytes: Int) -> SIPTransport {
        self == .udp && bytes > Self.largestDatagram ? .tcp : self
    }

    /// Whether it delivers by itself.
    package var isReliable: Bool { self != .udp }

    /// Where servers listen unless something else is said (RFC 3261, 19.1.2).
    package var defaultPort: UInt16 { self == .tls ? 5_061 : 5_060 }
}
