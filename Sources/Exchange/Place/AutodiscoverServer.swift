import EWSMessages
import Foundation

/// A server that may know where EWS is. Its services have the same URL but for the extension
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-generate-a-list-of-autodiscover-endpoints>).
struct AutodiscoverServer: Hashable, Sendable {
    /// `https://autodiscover.example.com/autodiscover/autodiscover`
    private let stem: String
    /// `https://autodiscover.example.com`, with the port where it is not 443.
    let origin: String
    /// For whoever has to prove himself to it.
    let endpoint: EWSEndpoint

    /// Why somebody else's word for where Autodiscover is cannot be taken.
    enum Mistake: Error {
        case notHTTPS
        /// The URL is not that of Autodiscover, but of a page to log in, for instance.
        case otherPage
    }

    /// - Parameter host: such as `autodiscover.example.com`.
    /// - Throws: where no URL can be made of it.
    init(host: String, port: UInt16 = 443) throws(Mistake) {
        let port = port == 443 ? "" : ":\(port)"
        try self.init(url: "https://\(host.lowercased())\(port)/autodiscover/autodiscover.xml")
    }

    /// - Parameters:
    ///   - location: where a server says to ask, maybe without what is the same as in `url`.
    ///   - url: that was asked.
    init(location: String, from url: String) throws(Mistake) {
        guard let base = URL(string: url), let target = URL(string: location, relativeTo: base) else {
            throw .otherPage
        }
        try self.init(url: target.absoluteString)
    }

    private init(url: String) throws(Mistake) {
        guard url.utf8.count <= 1_000, var parts = URLComponents(string: url), let host = parts.host, !host.isEmpty
        else {
            throw .otherPage
        }
        guard parts.scheme?.lowercased() == "https" else { throw .notHTTPS }
        let path = parts.path.lowercased()
        guard path.hasSuffix("/autodiscover.xml") || path.hasSuffix("/autodiscover.svc"), parts.user == nil,
            parts.password == nil
        else { throw .otherPage }
        parts.scheme = "https"
        parts.host = host.lowercased()
        parts.port = parts.port == 443 ? nil : parts.port
        parts.path.removeLast(4)
        (parts.query, parts.fragment) = (nil, nil)
        guard let stem = parts.string else { throw .otherPage }
        self.stem = stem
        origin = String(stem.dropLast(parts.path.count))
        do {
            endpoint = try EWSEndpoint(url: stem + ".svc")
        } catch {
            throw .otherPage
        }
    }

    /// Of SOAP Autodiscover.
    var soapURL: String { stem + ".svc" }
    /// Of POX Autodiscover.
    var poxURL: String { stem + ".xml" }

    /// Of the service in JSON, which is at the same place on every server.
    func jsonURL(for address: String) -> String { origin + AutodiscoverV2Response.path(for: address) }
}

extension AutodiscoverServer {
    /// Where a server says to ask in JSON.
    static func jsonURL(location: String, from url: String) throws(Mistake) -> String {
        guard location.utf8.count <= 1_000, let base = URL(string: url),
            let target = URL(string: location, relativeTo: base)?.absoluteURL, target.host?.isEmpty == false,
            target.user == nil, target.password == nil
        else { throw .otherPage }
        guard target.scheme?.lowercased() == "https" else { throw .notHTTPS }
        guard target.path.lowercased().hasPrefix("/autodiscover/autodiscover.json") else { throw .otherPage }
        return target.absoluteString
    }
}
