internal import Foundation

/// A web address taken apart: scheme, host, port and path, and nothing else.
struct WebAddress {
    enum Scheme: String, CaseIterable {
        case https
        case http
    }

    /// `nil` where the text names none.
    let scheme: Scheme?
    /// In lower case, IPv6 in brackets; names of other scripts as DNS has them (`xn--…`).
    let host: String
    /// With its colon, or nothing.
    let port: String
    /// Begins with a slash, or is empty.
    let path: String

    /// - Parameters:
    ///   - text: without an `@`, behind which may stand a password: it is repeated by messages.
    ///   - model: what a message gives as a model.
    init(_ text: String, model: String) throws(Objection) {
        let lower = text.lowercased()
        scheme = Scheme.allCases.first { lower.hasPrefix("\($0.rawValue)://") }
        guard scheme != nil || !text.contains("://") else {
            throw Self.malformed("\"\(text)\" is no web address", model: model)
        }
        let rest = text.dropFirst(scheme.map { $0.rawValue.count + 3 } ?? 0)
        let authority = rest.prefix { !"/?#".contains($0) }
        path = String(rest.dropFirst(authority.count))
        guard path.allSatisfy({ ("!"..."~").contains($0) && $0 != "?" && $0 != "#" }) else {
            throw Self.malformed("\"\(text)\" has more than host and path", model: model)
        }
        guard let (host, port) = try Self.hostAndPort(String(authority), model: model) else {
            throw Self.malformed("\"\(text)\" does not name a host", model: model)
        }
        (self.host, self.port) = (host, port)
    }

    static func malformed(_ why: String, model: String) -> Objection {
        Objection("\(why); \(model)", diagnosis: "url.malformed")
    }

    /// Whether the host is this machine whatever any network says.
    var isLoopback: Bool {
        if HostText.isIPv4(host) { return host.hasPrefix("127.") }
        return host == "localhost" || host == "[::1]"
    }

    /// `nil` where it names no host.
    private static func hostAndPort(
        _ authority: String,
        model: String
    ) throws(Objection) -> (host: String, port: String)? {
        if HostText.isIPv6(authority) { return ("[\(authority.lowercased())]", "") }
        var host = authority
        var port = ""
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let digits = authority[authority.index(after: colon)...]
            guard let number = HostText.port(digits) else {
                guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
                throw malformed("\"\(digits)\" is no port, expected 1 to 65535", model: model)
            }
            host = String(authority[..<colon])
            port = ":\(number)"
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return HostText.isIPv6(String(host.dropFirst().dropLast())) ? (host.lowercased(), port) : nil
        }
        // The root of all names, which nobody means by it.
        if host.hasSuffix(".") { host.removeLast() }
        guard let host = HostText.ascii(host), HostText.isName(host) else { return nil }
        return HostText.isIPv4(host) || !HostText.looksLikeAddress(host) ? (host.lowercased(), port) : nil
    }
}

/// What hosts and ports are written like.
enum HostText {
    static func isIPv4(_ text: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, text, &address) == 1
    }

    static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }

    /// A name as DNS has it (RFC 5891); `nil` where it is none.
    static func ascii(_ name: String) -> String? {
        guard !name.utf8.allSatisfy({ $0 < 0x80 }) else { return name }
        var parts = URLComponents()
        parts.host = name
        return parts.encodedHost
    }

    /// Whether it ends in a number, which no name does (RFC 1123, 2.1): then it is a misspelt IPv4 address.
    static func looksLikeAddress(_ text: String) -> Bool {
        text.split(separator: ".").last?.allSatisfy { ("0"..."9").contains($0) } ?? false
    }

    /// Labels of letters, digits, hyphens and underscores, as DNS and Windows networks have them (RFC 1123, 2.1).
    static func isName(_ text: String) -> Bool {
        guard text.utf8.count <= 253 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }
    }

    /// 1 to 65,535, in digits alone.
    static func port(_ text: Substring) -> UInt16? {
        guard text.allSatisfy({ ("0"..."9").contains($0) }), let number = UInt16(text), number > 0 else { return nil }
        return number
    }
}
