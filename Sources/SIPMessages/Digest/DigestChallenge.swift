/// That a server wants to know who asks (RFC 3261, 22; RFC 7616; RFC 8760).
package struct DigestChallenge: Hashable, Sendable {
    /// The most bytes of any of its values.
    static let longest = 4_096

    /// 407 and not 401.
    package let isProxy: Bool
    /// As it stands between the quotes, with its escapes: so it is digested and sent back.
    package let realm: String
    package let nonce: String
    package let opaque: String?
    package let algorithm: DigestAlgorithm
    /// Whether an answer has to name the algorithm: where the challenge does.
    let namesAlgorithm: Bool
    /// Whether `auth` is offered; otherwise the answer is that of RFC 2069.
    package let hasQuality: Bool
    /// The answer was right but for its nonce, so that the same password will do.
    package let isStale: Bool

    /// The strongest that we can answer, and of equals the topmost, whatever the order: that of the server may have been
    /// changed on the way. `nil` where there is none.
    package static func strongest(in response: SIPResponse) -> DigestChallenge? {
        let isProxy = response.status == 407
        let known = response.headers.all(isProxy ? "Proxy-Authenticate" : "WWW-Authenticate")
            .flatMap { challenges(in: $0, isProxy: isProxy) }
        return known.reduce(nil) { best, next in
            guard let best else { return next }
            return next.algorithm.strength > best.algorithm.strength ? next : best
        }
    }

    /// Those of one field. It should hold one; proxies join several with commas.
    private static func challenges(in value: String, isProxy: Bool) -> [DigestChallenge] {
        var groups: [(scheme: String, parts: [String])] = []
        for part in HeaderText.split(value, at: ",") {
            // `Digest realm="…"`: a scheme stands before the first of its parameters.
            let name = part.prefix { $0 != "=" && $0 != " " && $0 != "\t" }
            let rest = HeaderText.trimmed(part[name.endIndex...])
            if rest.first != "=", part.utf8.count > name.utf8.count, HeaderText.isToken(name) {
                groups.append((name.lowercased(), [rest]))
            } else if !groups.isEmpty {
                groups[groups.count - 1].parts.append(part)
            }
        }
        return groups.filter { $0.scheme == "digest" }.compactMap { DigestChallenge($0.parts, isProxy: isProxy) }
    }

    private init?(_ parts: [String], isProxy: Bool) {
        let parameters = HeaderText.parameters(parts)
        func quoted(_ name: String) -> String? {
            guard let text = parameters[name], text.utf8.count <= Self.longest else { return nil }
            return Self.contents(text)
        }
        guard let realm = quoted("realm"), let nonce = quoted("nonce") else { return nil }
        // Algorithm and stale are tokens, and quoted by some.
        let name = quoted("algorithm")
        guard let algorithm = name.map(DigestAlgorithm.init(name:)) ?? .md5 else { return nil }
        let qualities = quoted("qop").map { HeaderText.split($0, at: ",").map { $0.lowercased() } }
        if let qualities, !qualities.contains("auth") { return nil }
        // A session key needs a nonce of ours, which only an answer with a quality has.
        guard qualities != nil || !algorithm.hasSession else { return nil }
        self.isProxy = isProxy
        self.realm = realm
        self.nonce = nonce
        self.algorithm = algorithm
        opaque = quoted("opaque")
        namesAlgorithm = name != nil
        hasQuality = qualities != nil
        isStale = quoted("stale")?.lowercased() == "true"
    }

    /// What stands between quotes, escapes as they are; a token is itself. `nil` where a quote is missing or too many.
    private static func contents(_ text: String) -> String? {
        guard text.utf8.first == 0x22 else { return text.utf8.contains(0x22) || text.isEmpty ? nil : text }
        let inner = text.utf8.dropFirst().dropLast()
        guard text.utf8.count >= 2, text.utf8.last == 0x22 else { return nil }
        var isEscaped = false
        for byte in inner {
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                return nil
            }
        }
        return isEscaped ? nil : String(Substring(inner))
    }
}
