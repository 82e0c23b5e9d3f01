/// `host`, `host:port`, `[v6]:port` (RFC 3261, 25.1).
enum HostPort {
    /// The host in lower case and without brackets.
    static func parse(_ text: Substring) -> (host: String, port: UInt16?)? {
        var host: Substring
        let rest: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            guard host.contains(":"), host.utf8.allSatisfy(isOfAddress) else { return nil }
            rest = text[text.index(after: end)...]
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
            if host.last == "." { host.removeLast() }
            guard !host.isEmpty, host.utf8.allSatisfy(isOfName) else { return nil }
        }
        guard host.utf8.count <= 253 else { return nil }
        if rest.isEmpty { return (host.lowercased(), nil) }
        guard rest.first == ":", let number = HeaderText.number(rest.dropFirst()), let port = UInt16(exactly: number),
            port > 0
        else { return nil }
        return (host.lowercased(), port)
    }

    static func text(_ host: String, _ port: UInt16?) -> String {
        (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        // Underscores are in no host name, but in names that people give their hosts.
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    private static func isOfAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x46, 0x61...0x66, 0x2E: true
        default: false
        }
    }
}
