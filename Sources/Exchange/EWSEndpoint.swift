package import Availability
import Foundation

/// The address of an EWS service: https, or plain http to this machine alone.
package struct EWSEndpoint: Hashable, Sendable {
    /// Where every Exchange server has its EWS unless somebody moved it.
    private static let usualPath = "/ews/exchange.asmx"

    /// The whole address, as requests are sent to it.
    package let url: String
    /// Without the brackets of an IPv6 address; lower case.
    package let host: String

    /// - Parameter server: a host name, an IP address or a full URL. What is missing is filled in as
    ///   `https://HOST/ews/exchange.asmx`.
    /// - Throws: a diagnosis, `url.malformed` or `url.not-https`.
    package init(server: String) throws(EndpointMistake) {
        let text = server.contains("://") ? server : "https://\(Self.bracketed(server))"
        guard !text.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 }),
            var parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = parts.host?.lowercased().trimmingCharacters(in: ["[", "]"]), !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            1...65_535 ~= parts.port ?? 443
        else { throw EndpointMistake(.malformedURL(server)) }
        guard scheme == "https" || Self.isLoopback(host) else { throw EndpointMistake(.notHTTPS(server)) }
        if parts.path.isEmpty || parts.path == "/" { parts.path = Self.usualPath }
        guard let url = parts.string else { throw EndpointMistake(.malformedURL(server)) }
        self.url = url
        self.host = host
    }

    /// Whether the host is an IP address, which certificates seldom carry.
    var isAddress: Bool {
        host.contains(":") || host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Int($0) != nil }
    }

    /// Whether this is Microsoft's service and not a server of one's own.
    var isExchangeOnline: Bool { host == "outlook.office365.com" || host.hasSuffix(".outlook.com") }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
    }

    /// A bare IPv6 address needs brackets in a URL.
    private static func bracketed(_ server: String) -> String {
        server.filter { $0 == ":" }.count > 1 && !server.hasPrefix("[") ? "[\(server)]" : server
    }
}

/// What was given as `server` names no EWS service.
package struct EndpointMistake: ExplainedError, Hashable {
    package var diagnosis: Diagnosis
    /// Not before the configuration is changed.
    package var retry: RetryAdvice { .never }

    init(_ diagnosis: Diagnosis) {
        self.diagnosis = diagnosis
    }
}
