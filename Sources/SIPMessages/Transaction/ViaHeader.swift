/// Where a response goes, and which request it answers (RFC 3261, 20.42).
package struct ViaHeader: Hashable, Sendable {
    /// Every branch of RFC 3261 begins so (8.1.1.7).
    package static let cookie = "z9hG4bK"

    /// In upper case: `UDP`, `TCP`, `TLS`.
    package let transport: String
    package let host: String
    package let port: UInt16?
    package let branch: String?
    /// The address the request came from, as the server saw it.
    package let received: String?
    /// The port it came from (RFC 3581).
    package let receivedPort: UInt16?

    /// One of our own, which asks for the port it came from.
    ///
    /// - Parameter unique: letters and digits that no other request has; makes the branch.
    package init(_ transport: SIPTransport, host: String, port: UInt16?, unique: String) {
        self.transport = transport.rawValue.uppercased()
        self.host = host.lowercased()
        self.port = port
        branch = Self.cookie + unique
        received = nil
        receivedPort = nil
    }

    /// `SIP/2.0/UDP host:port;branch=…`, in which blanks may stand around the slashes.
    package init?(_ value: String) {
        let parts = HeaderText.split(value, at: ";")
        let protocolParts = (parts.first ?? "").split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard protocolParts.count == 3, HeaderText.trimmed(protocolParts[0]).uppercased() == "SIP",
            HeaderText.trimmed(protocolParts[1]) == "2.0"
        else { return nil }
        let last = HeaderText.trimmed(protocolParts[2])
        let transport = last.prefix { $0 != " " && $0 != "\t" }
        let sentBy = last[transport.endIndex...].filter { $0 != " " && $0 != "\t" }
        guard HeaderText.isToken(transport), let (host, port) = HostPort.parse(sentBy[...]) else { return nil }
        let parameters = HeaderText.parameters(parts.dropFirst())
        self.transport = transport.uppercased()
        self.host = host
        self.port = port
        branch = parameters["branch"].flatMap { HeaderText.isToken($0) ? $0 : nil }
        received = parameters["received"]
        receivedPort = parameters["rport"].flatMap(HeaderText.number).flatMap(UInt16.init(exactly:))
    }
}

extension ViaHeader: CustomStringConvertible {
    /// As a request of ours has it.
    package var description: String {
        "SIP/2.0/\(transport) \(HostPort.text(host, port));rport" + (branch.map { ";branch=\($0)" } ?? "")
    }
}

/// Which request a response answers (RFC 3261, 17.1.3).
package struct TransactionKey: Hashable, Sendable {
    /// In lower case, since values of parameters mean the same in any case.
    package let branch: String
    package let method: String

    package init(branch: String, method: String) {
        self.branch = branch.lowercased()
        self.method = method
    }
}

/// `CSeq: 1 PUBLISH` (RFC 3261, 20.16).
package struct SequenceHeader: Hashable, Sendable {
    package let number: UInt32
    package let method: String

    package init?(_ value: String) {
        let parts = value.split { $0 == " " || $0 == "\t" }
        // Below 2^31 (RFC 3261, 8.1.1.5).
        guard parts.count == 2, let number = HeaderText.number(parts[0]), number < 1 << 31,
            HeaderText.isToken(parts[1])
        else { return nil }
        self.number = UInt32(number)
        method = String(parts[1])
    }
}
