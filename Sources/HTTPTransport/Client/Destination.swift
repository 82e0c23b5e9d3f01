import CCurl
import Foundation

/// Where a request goes, read by the same parser that will connect, so that both see the same host.
struct Destination: Hashable {
    /// As the URL has it, an IPv6 address without its brackets.
    let host: String
    /// Requests with the same lane share ``HTTPClientOptions/requestLimitPerHost``.
    let lane: String

    /// - Parameter mayBePlain: whether plain http may leave this machine.
    /// - Throws: `invalidURL`, `invalidRequest(.unixSocket)`, `plainHTTPRefused`.
    init(url: String, unixSocket: String?, mayBePlain: Bool = false) throws(HTTPError) {
        guard !url.utf8.contains(0) else { throw .invalidURL }
        let parts = try CurlURL(url)
        guard let scheme = parts[CURLUPART_SCHEME], let host = parts[CURLUPART_HOST] else { throw .invalidURL }
        guard scheme == "http" || scheme == "https" else { throw .invalidURL }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard let unixSocket else {
            guard scheme == "https" || mayBePlain || Self.isLoopback(self.host) else {
                throw .plainHTTPRefused(host: self.host)
            }
            lane = "\(host.lowercased()):\(parts[CURLUPART_PORT] ?? scheme)"
            return
        }
        // sockaddr_un has 108 bytes with the final zero; libcurl would call a longer path a host that is not found.
        guard (1...107).contains(unixSocket.utf8.count), !unixSocket.utf8.contains(0) else {
            throw .invalidRequest(.unixSocket)
        }
        lane = unixSocket
    }

    /// 127.0.0.0/8, ::1, and `localhost`, which libcurl resolves itself to these (RFC 6761, 6.3).
    private static func isLoopback(_ host: String) -> Bool {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, host, &v4) == 1 { return UInt32(bigEndian: v4.s_addr) >> 24 == 127 }
        if inet_pton(AF_INET6, host, &v6) == 1 {
            return withUnsafeBytes(of: v6) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
        }
        return host.lowercased() == "localhost"
    }
}

/// Owns a parsed URL of libcurl (libcurl-url(3)).
private final class CurlURL {
    private let handle: OpaquePointer

    init(_ text: String) throws(HTTPError) {
        guard let handle = curl_url() else { throw .outOfResources(errno: ENOMEM) }
        self.handle = handle
        let code = curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_DISALLOW_USER))
        guard code == CURLUE_OK else { throw .invalidURL }
    }

    deinit {
        curl_url_cleanup(handle)
    }

    /// `nil` where the URL does not have the part.
    subscript(part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
