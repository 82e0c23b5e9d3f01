/// How Exchange reaches the daemon with `notification = "push"`.
package struct CallbackOptions: Hashable, Sendable {
    /// What Exchange calls, without a slash at its end: each subscription adds one and a secret part of its own.
    package var url: String
    /// Where the daemon waits for that.
    package var listen = ListenAddress.callback
    /// How the daemon proves to Exchange who it is: given where `url` is https, and not otherwise.
    package var identity: Identity?
    /// How often Exchange calls where there is nothing to tell; 1 to 1,440.
    package var statusFrequencyInMinutes = 5

    package init(url: String, identity: Identity? = nil) {
        self.url = url
        self.identity = identity
    }

    package typealias Identity = ServerIdentity
}

/// Where to wait for connections over TCP.
package struct ListenAddress: Hashable, Sendable {
    /// An IP address, version 6 without brackets.
    package var host: String
    /// 1 to 65,535.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Where the daemon waits for Exchange unless told otherwise.
    package static let callback = ListenAddress(host: "0.0.0.0", port: 21_020)

    /// Whether it stands for all addresses of the machine.
    package var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" }

    /// Whether the system would refuse to listen on both.
    package func overlaps(_ other: ListenAddress) -> Bool {
        port == other.port && (host == other.host || isWildcard || other.isWildcard)
    }
}

extension ListenAddress: CustomStringConvertible {
    /// As the file has it: `ADDRESS:PORT`, IPv6 in brackets.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
