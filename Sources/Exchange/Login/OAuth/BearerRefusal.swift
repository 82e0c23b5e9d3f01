import HTTPTransport

/// Why a server does not take a token, as its headers tell: `error` and `error_description` of `WWW-Authenticate`
/// (<https://www.rfc-editor.org/rfc/rfc6750#section-3>), and Exchange's own `x-ms-diagnostics`
/// (<https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-xoauth>), which says more:
///
///     x-ms-diagnostics: 2000004;reason="The tenant for tenant guid '…' does not exist.";error_category="invalid_tenant"
struct BearerRefusal: Hashable, Sendable {
    enum Cause: Hashable, Sendable {
        /// The mailbox or the token is of another tenant than the other.
        case tenant
        /// The token is for another service.
        case audience
        /// The application has no permission for what it asks.
        case permission
        /// The token is damaged, has ended, or was signed by somebody else; or nothing is said.
        case token
    }

    let cause: Cause
    /// What the server said, at most 300 characters; `nil` where it gave no reason.
    let words: String?

    init(_ headers: HTTPHeaders) {
        let diagnostics = headers["x-ms-diagnostics"] ?? ""
        let challenge = headers.values(of: "WWW-Authenticate").first { $0.lowercased().contains("bearer") } ?? ""
        let error = Self.value(of: "error_category", in: diagnostics) ?? Self.value(of: "error", in: challenge)
        cause =
            switch error {
            case "invalid_tenant": .tenant
            case "invalid_resource": .audience
            case "invalid_grant", "insufficient_scope": .permission
            default: .token
            }
        let reason = Self.value(of: "reason", in: diagnostics) ?? Self.value(of: "error_description", in: challenge)
        words = (reason ?? error).map(Self.harmless)
    }

    /// What stands in quotation marks behind `name=`; one inside of it ends it only where another part follows.
    private static func value(of name: String, in header: String) -> String? {
        let header = header.prefix(4_096)
        for separator in [";", ",", " "] {
            guard let start = header.firstRange(of: "\(separator)\(name)=\"")?.upperBound else { continue }
            let rest = header[start...]
            let ends = [rest.firstRange(of: "\";")?.lowerBound, rest.firstRange(of: "\",")?.lowerBound]
            return (ends.compactMap(\.self).min() ?? rest.lastIndex(of: "\"")).map { String(rest[..<$0]) }
        }
        return nil
    }

    /// Without what may be a part of the token: it has no spaces and many more letters than any word.
    private static func harmless(_ words: String) -> String {
        let words = words.prefix(300).split(separator: " ").map { $0.count > 80 ? "…" : String($0) }
        return words.joined(separator: " ")
    }
}
