/// The answer to a challenge, as often as the server takes its nonce (RFC 7616, 3.4; RFC 3261, 22.4).
///
/// Keeps a digest of the password, which opens as much as the password itself with this server, and prints neither.
package struct DigestAnswer: Hashable, Sendable {
    package let challenge: DigestChallenge
    private let username: String
    private let ownNonce: String
    private let secret: String
    /// How many requests this nonce was sent with.
    private var count: UInt32 = 0

    /// `nil` where OpenSSL does not offer the digest, or a name has a character that would end a line.
    ///
    /// - Parameter ownNonce: what nobody can guess (`cnonce`); one for as long as the challenge lasts.
    package init?(to challenge: DigestChallenge, username: String, password: String, ownNonce: String) {
        guard HeaderText.staysInLine(username), HeaderText.staysInLine(ownNonce) else { return nil }
        let algorithm = challenge.algorithm
        guard var secret = algorithm.hex("\(username):\(challenge.realm):\(password)") else { return nil }
        if algorithm.hasSession {
            guard let session = algorithm.hex("\(secret):\(challenge.nonce):\(ownNonce)") else { return nil }
            secret = session
        }
        self.challenge = challenge
        self.username = username
        self.ownNonce = ownNonce
        self.secret = secret
    }

    /// The field for the next request. `Authorization`, or `Proxy-Authorization` for a proxy.
    ///
    /// - Parameter uri: the Request-URI.
    package mutating func header(method: String, uri: String) -> SIPHeader {
        count &+= 1
        let algorithm = challenge.algorithm
        let digits = String(count, radix: 16)
        let number = String(repeating: "0", count: 8 - digits.count) + digits
        // Those were there when the answer was made, so that they are there now.
        let request = algorithm.hex("\(method):\(uri)") ?? ""
        let middle = challenge.hasQuality ? "\(number):\(ownNonce):auth:" : ""
        let response = algorithm.hex("\(secret):\(challenge.nonce):\(middle)\(request)") ?? ""
        var parts = [
            "username=\(HeaderText.quoted(username))", "realm=\"\(challenge.realm)\"", "nonce=\"\(challenge.nonce)\"",
            "uri=\(HeaderText.quoted(uri))", "response=\"\(response)\"",
        ]
        if challenge.namesAlgorithm { parts.append("algorithm=\(algorithm.rawValue)") }
        if challenge.hasQuality { parts += ["cnonce=\(HeaderText.quoted(ownNonce))", "qop=auth", "nc=\(number)"] }
        if let opaque = challenge.opaque { parts.append("opaque=\"\(opaque)\"") }
        let name = challenge.isProxy ? "Proxy-Authorization" : "Authorization"
        return SIPHeader(name, "Digest " + parts.joined(separator: ", "))
    }
}

extension DigestAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "an answer with \(challenge.algorithm.rawValue)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
