/// What no honest server sends through a stream, and a client must survive. Each ends as envelopes do, so that looking for
/// the end tag alone does not reveal it.
enum HostileEnvelope: String, CaseIterable, Decodable, Sendable {
    /// Tags that do not match.
    case malformed
    /// Well-formed, and larger than any honest one: 64 megabytes.
    case oversized
    /// With a document type whose entities grow to gigabytes when they are expanded.
    case doctype

    /// In order; several where one text would be large.
    var pieces: [String] {
        switch self {
        case .malformed: [Self.start + "<m:ResponseMessages>" + Self.end]
        // The same megabyte again and again takes the memory of one.
        case .oversized: [Self.start + "<!--"] + Array(repeating: Self.megabyte, count: 64) + ["-->" + Self.end]
        case .doctype: [Self.entities + Self.start + "&grown;" + Self.end]
        }
    }

    private static let start =
        "<s:Envelope xmlns:s=\"\(Namespace.soap)\"><s:Body>"
        + "<m:GetStreamingEventsResponse xmlns:m=\"\(Namespace.messages)\">"
    private static let end = "</m:GetStreamingEventsResponse></s:Body></s:Envelope>"
    private static let megabyte = String(repeating: "x", count: 1 << 20)

    /// Ten times ten times … ten: 30 gigabytes.
    private static let entities: String = {
        let names = (0..<10).map { "e\($0)" } + ["grown"]
        let steps = zip(names, names.dropFirst()).map { inner, outer in
            "<!ENTITY \(outer) \"\(String(repeating: "&\(inner);", count: 10))\">"
        }
        return "<!DOCTYPE s:Envelope [<!ENTITY e0 \"lol\">\(steps.joined())]>"
    }()
}
