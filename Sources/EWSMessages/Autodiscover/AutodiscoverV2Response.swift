import Foundation

/// What Autodiscover tells in JSON (`autodiscover.json`, Exchange 2016 and later, and Online), without a login.
package enum AutodiscoverV2Response: Hashable, Sendable {
    /// Where the service is that was asked for.
    case url(String)
    /// The server does not tell, such as `UserNotFound` or `ProtocolNotSupported`; at most 80 characters.
    case error(code: String)

    private struct Fields: Decodable {
        var url: String?
        var errorCode: String?

        enum CodingKeys: String, CodingKey {
            case url = "Url"
            case errorCode = "ErrorCode"
        }
    }

    /// More is none.
    private static let mostBytes = 65_536

    /// The path and query to ask with, such as `/autodiscover/autodiscover.json/v1.0/anna@example.com?Protocol=Ews`.
    package static func path(for emailAddress: String) -> String {
        // Letters and digits of ASCII, and what a path may hold (RFC 3986, 3.3); an address may hold a slash.
        let allowed = CharacterSet(charactersIn: "-._~!$'()*+,;=:@")
            .union(CharacterSet(charactersIn: "a"..."z"))
            .union(CharacterSet(charactersIn: "A"..."Z"))
            .union(CharacterSet(charactersIn: "0"..."9"))
        let address = emailAddress.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        return "/autodiscover/autodiscover.json/v1.0/\(address)?Protocol=Ews"
    }

    /// The answer in the body of an HTTP response, or `nil` where it is none.
    package static func decode(_ bytes: [UInt8]) -> AutodiscoverV2Response? {
        guard bytes.count <= mostBytes, let fields = try? JSONDecoder().decode(Fields.self, from: Data(bytes)) else {
            return nil
        }
        if let url = fields.url, 1...1_000 ~= url.utf8.count { return .url(url) }
        return fields.errorCode.map { .error(code: String($0.prefix(80))) }
    }
}
