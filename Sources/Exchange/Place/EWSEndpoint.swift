package import Availability
import Foundation

/// The address of an EWS service: https, or plain http to this machine alone.
package struct EWSEndpoint: Hashable, Sendable {
    /// The whole address, as requests are sent to it.
    package let url: String
    /// Without the brackets of an IPv6 address; lower case.
    package let host: String
    let port: Int

    /// - Parameter url: in full, such as `https://mail.example.com/EWS/Exchange.asmx`. What administrators write instead
    ///   is completed where the configuration is read.
    /// - Throws: a diagnosis, `url.malformed` or `url.not-https`.
    package init(url: String) throws(EndpointMistake) {
        guard let parts = URLComponents(string: url, encodingInvalidCharacters: false),
            let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = parts.host?.lowercased().trimmingCharacters(in: ["[", "]"]), !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            1...65_535 ~= parts.port ?? 443, parts.path.count > 1
        else { throw EndpointMistake(.malformedURL(url)) }
        guard scheme == "https" || Self.isLoopback(host) else { throw EndpointMistake(.notHTTPS(url)) }
        self.url = url
        self.host = host
        port = parts.port ?? (scheme == "https" ? 443 : 80)
    }

    /// Stands in messages for a server that was not found yet.
    static let unknown = EWSEndpoint(unchecked: "", host: "the server")

    /// Stands in messages about a host of which no more is known.
    static func named(_ host: String) -> EWSEndpoint { EWSEndpoint(unchecked: "https://\(host)/", host: host) }

    private init(unchecked url: String, host: String) {
        self.url = url
        self.host = host
        port = 443
    }

    /// Whether the host is an IP address, which certificates seldom carry.
    var isAddress: Bool {
        host.contains(":") || host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Int($0) != nil }
    }

    /// Whether this is Microsoft's service and not a server of one's own.
    var isExchangeOnline: Bool { host == "outlook.office365.com" || host.hasSuffix(".outlook.com") }

    private static func isLoopback(_ host: String) -> Bool {
        var address = in_addr()
        if inet_pton(AF_INET, host, &address) == 1 { return host.hasPrefix("127.") }
        return host == "localhost" || host == "::1"
    }
}

/// The URL of a connector is not that of an EWS service.
package struct EndpointMistake: ExplainedError, Hashable {
    package var diagnosis: Diagnosis
    /// Not before the configuration is changed.
    package var retry: RetryAdvice { .never }

    init(_ diagnosis: Diagnosis) {
        self.diagnosis = diagnosis
    }
}
