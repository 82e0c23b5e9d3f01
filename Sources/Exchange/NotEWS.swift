import Availability
import Foundation
import HTTPTransport

/// An HTTP server that answers, but not as EWS does: what was seen of it, and what may be behind it.
struct NotEWS: Sendable {
    let diagnosis: Diagnosis

    init(_ response: HTTPResponse, from endpoint: EWSEndpoint) {
        var what = "HTTP status \(response.status)"
        if let type = response.headers["Content-Type"] { what += ", \(type.prefix(60))" }
        if let title = Self.title(response.body) { what += ", title “\(title)”" }
        let target = Self.redirection(response)
        if let target { what += ", sends to \(target.prefix(100))" }
        let hint = Self.hint(response, from: endpoint, target: target)
        diagnosis = .notEWS(what, hint: hint)
    }

    private static func hint(_ response: HTTPResponse, from endpoint: EWSEndpoint, target: String?) -> String {
        let path = (URLComponents(string: endpoint.url)?.path ?? "").lowercased()
        let known = [
            ("/owa", "Outlook on the web"), ("/ecp", "the Exchange admin center"), ("activesync", "ActiveSync"),
            ("autodiscover", "Autodiscover"), ("/mapi", "MAPI over HTTP"), ("/rpc", "Outlook Anywhere"),
            ("/oab", "the offline address book"), ("/powershell", "Exchange’s PowerShell"),
        ]
        if let name = known.first(where: { path.contains($0.0) })?.1 { return "The URL is that of \(name)." }
        if ForeignServer.speaksActiveSync(response.headers) { return "The URL is that of ActiveSync." }
        guard let target else { return "A firewall's portal may stand before the server." }
        if target.lowercased().contains("/owa/auth") || target.lowercased().hasSuffix("/owa/") {
            return "The server sends visitors to the login page of Outlook on the web."
        }
        let other = host(of: target) ?? endpoint.host
        return "It sends visitors to \(excerpt(other)), as a portal with a login page of its own does."
    }

    /// Where a redirection leads, without what may be secret in its query.
    private static func redirection(_ response: HTTPResponse) -> String? {
        guard 300..<400 ~= response.status, let location = response.headers["Location"] else { return nil }
        let plain = location.prefix { $0 != "?" && $0 != "#" }
        // Nor a name and password before the host.
        guard let start = plain.range(of: "//")?.upperBound else { return String(plain) }
        let authority = plain[start...].prefix { $0 != "/" }
        return plain[..<start] + String(authority.split(separator: "@").last ?? "") + plain[authority.endIndex...]
    }

    /// `nil` where the same host is meant.
    private static func host(of location: String) -> String? {
        guard let start = location.range(of: "//")?.upperBound else { return nil }
        return String(location[start...].prefix { $0 != "/" })
    }

    /// The title of an HTML page, which names a portal or a product; at most 80 characters.
    private static func title(_ body: [UInt8]) -> String? {
        let page = String(decoding: body.prefix(16_384), as: UTF8.self)
        guard let start = page.range(of: "<title", options: .caseInsensitive),
            let open = page[start.upperBound...].firstIndex(of: ">")
        else { return nil }
        let title = page[page.index(after: open)...].prefix { $0 != "<" }.split(whereSeparator: \.isWhitespace)
        return title.isEmpty ? nil : String(title.joined(separator: " ").prefix(80))
    }
}
