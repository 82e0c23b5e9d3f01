internal import Foundation

/// The key `server`: a host name, an IP address or the full URL of EWS, made into that URL.
enum ServerAddress {
    /// Where Exchange has EWS unless told otherwise; letter case does not matter to it.
    static let path = "/EWS/Exchange.asmx"

    private static let model = "write a host name or a URL such as https://mail.example.com/ews/exchange.asmx"

    /// The URL of EWS. No message repeats a text with an `@`: it may hold a password.
    static func ewsURL(_ text: String) throws(Objection) -> String {
        guard !text.contains("@") else {
            throw malformed("user name and password belong in their own keys")
        }
        let lower = text.lowercased()
        let scheme = ["https://", "http://"].first { lower.hasPrefix($0) }
        guard scheme != nil || !text.contains("://") else { throw malformed("\"\(text)\" is no web address") }
        let rest = text.dropFirst(scheme?.count ?? 0)
        let authority = rest.prefix { !"/?#".contains($0) }
        let path = String(rest.dropFirst(authority.count))
        guard path.allSatisfy({ ("!"..."~").contains($0) && $0 != "?" && $0 != "#" }) else {
            throw malformed("\"\(text)\" has more than host and path")
        }
        guard let (host, port) = hostAndPort(String(authority)) else {
            throw malformed("\"\(text)\" does not name a host")
        }
        if scheme == "http://", !isLoopback(host) {
            throw Objection(
                "http would send the password unprotected; write https://\(host)\(port)\(completed(path)), "
                    + "http is for loopback only",
                diagnosis: "url.not-https"
            )
        }
        return (scheme ?? "https://") + host + port + completed(path)
    }

    private static func malformed(_ why: String) -> Objection {
        Objection("\(why); \(model)", diagnosis: "url.malformed")
    }

    /// Adds what is missing of the way to EWS; another path is taken as it is.
    private static func completed(_ path: String) -> String {
        ["", "/", "/ews", "/ews/"].contains(path.lowercased()) ? Self.path : path
    }

    /// The host in lower case, IPv6 in brackets, and the port with its colon or nothing.
    private static func hostAndPort(_ authority: String) -> (host: String, port: String)? {
        if isIPv6(authority) { return ("[\(authority.lowercased())]", "") }
        var host = authority
        var port = ""
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let digits = authority[authority.index(after: colon)...]
            guard let number = UInt16(digits), number > 0, digits.allSatisfy(\.isNumber) else { return nil }
            host = String(authority[..<colon])
            port = ":\(number)"
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return isIPv6(String(host.dropFirst().dropLast())) ? (host.lowercased(), port) : nil
        }
        return isHostName(host) ? (host.lowercased(), port) : nil
    }

    private static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }

    /// Labels of letters, digits, hyphens and underscores, as DNS and Windows networks have them (RFC 1123, 2.1).
    static func isHostName(_ text: String) -> Bool {
        guard text.utf8.count <= 253 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        var address = in_addr()
        if inet_pton(AF_INET, host, &address) == 1 { return host.hasPrefix("127.") }
        return host == "localhost" || host == "[::1]"
    }
}
