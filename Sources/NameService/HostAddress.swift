/// An IP address of a host.
package struct HostAddress: Hashable, Sendable {
    /// The version of IP.
    package enum Version: Hashable, Sendable {
        case v4, v6
    }

    /// As in `192.0.2.1` or `2001:db8::1`, without brackets.
    package let text: String
    package let version: Version

    package init(_ text: String, _ version: Version) {
        self.text = text
        self.version = version
    }
}
