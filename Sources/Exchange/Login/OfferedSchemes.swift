package import HTTPTransport

/// The ways to log in that a server names in `WWW-Authenticate` (RFC 9110, 11.6.1), in one field or in several.
package struct OfferedSchemes: Hashable, Sendable {
    /// As the server wrote them, in its order, each once; at most 20, of at most 40 characters each.
    package let names: [String]

    package init(_ headers: HTTPHeaders) {
        var names: [String] = []
        for value in headers.values(of: "WWW-Authenticate") {
            for name in ChallengeList(value).schemes {
                let name = String(name.prefix(40))
                guard names.count < 20 else { break }
                if !names.contains(where: { $0.lowercased() == name.lowercased() }) { names.append(name) }
            }
        }
        self.names = names
    }

    /// - Parameter name: in lower case.
    func contains(_ name: String) -> Bool { names.contains { $0.lowercased() == name } }

    /// Whether it takes tokens and nothing else that is known here.
    var isForTokensOnly: Bool {
        contains("bearer") && !LoginScheme.allCases.contains { contains($0.name) }
    }
}
