import HTTPTransport

/// The ways to log in that a server names in `WWW-Authenticate`.
struct OfferedSchemes: Hashable, Sendable {
    /// As the server wrote them, in its order; at most 40 characters each.
    let names: [String]

    init(_ headers: HTTPHeaders) {
        names = headers.values(of: "WWW-Authenticate").flatMap(Self.schemes)
    }

    /// - Parameter name: in lower case.
    func contains(_ name: String) -> Bool { names.contains { $0.lowercased() == name } }

    /// - Parameter name: in lower case.
    func isOnly(_ name: String) -> Bool { !names.isEmpty && names.allSatisfy { $0.lowercased() == name } }

    /// One line may hold several challenges (RFC 9110, 11.6.1): their names are the words that no `=` follows.
    private static func schemes(_ challenge: String) -> [String] {
        challenge.split(separator: ",").compactMap { part in
            let words = part.split(separator: " ", maxSplits: 1)
            guard let first = words.first, !first.contains("=") else { return nil }
            return String(first.prefix(40))
        }
    }
}
