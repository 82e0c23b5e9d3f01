/// The path of a resource of the control API, each segment and query value escaped as it needs to be: an address may
/// hold characters that mean something else in a URL.
package struct ControlPath: Hashable, Sendable {
    /// Such as `/v1/users/anna@example.com?at=2026-11-23T08:00:00Z`.
    package let text: String

    /// - Parameters:
    ///   - segments: `"v1", "users", address`.
    ///   - query: names in the order in which they are written.
    package init(_ segments: String..., query: KeyValuePairs<String, String> = [:]) {
        self.init(segments, query: query.map { ($0.key, $0.value) })
    }

    /// As above, with a query that is put together.
    package init(_ segments: [String], query: [(name: String, value: String)]) {
        let path = segments.map { "/" + Self.escape($0) }.joined()
        let fields = query.map { "\(Self.escape($0.name))=\(Self.escape($0.value))" }
        text = fields.isEmpty ? path : "\(path)?\(fields.joined(separator: "&"))"
    }

    /// Leaves alone what RFC 3986 (3.3) allows in a segment and a query means nothing by.
    private static func escape(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
            default:
                "-._~@:".utf8.contains(byte)
                    ? String(UnicodeScalar(byte))
                    : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
