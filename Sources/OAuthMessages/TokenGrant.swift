import Foundation

/// An authority's answer with a token (<https://www.rfc-editor.org/rfc/rfc6749#section-5.1>).
package struct TokenGrant: Hashable, Sendable {
    package let token: AccessToken
    /// Seconds from the answer on that the token is good for, 1 to a day; what is told beyond is not believed. Five minutes
    /// where nothing is told.
    package let lifetime: Double

    /// The largest answer that is read, in bytes.
    package static let largest = 65_536
    private static let longestLifetime = 86_400.0
    private static let lifetimeUntold = 300.0

    /// - Parameter body: of an answer with status 200.
    package init(decoding body: [UInt8]) throws(TokenGrantError) {
        guard body.count <= Self.largest,
            let fields = try? JSONDecoder().decode(Fields.self, from: Data(body))
        else { throw .notAnAnswer }
        // RFC 6749, 7.1: a token of a type that is not known must not be used. Case does not matter.
        guard fields.tokenType.lowercased() == "bearer" else {
            throw .type(String(fields.tokenType.prefix(40)))
        }
        guard let token = AccessToken(fields.accessToken) else { throw .notAToken }
        self.token = token
        let told = fields.expiresIn?.seconds ?? Self.lifetimeUntold
        guard told >= 1 else { throw .expired }
        lifetime = min(told, Self.longestLifetime)
    }

    private struct Fields: Decodable {
        var accessToken: String
        var tokenType: String
        var expiresIn: Seconds?

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case tokenType = "token_type"
            case expiresIn = "expires_in"
        }
    }

    /// A number, or as older endpoints of Microsoft write it, a string that holds one.
    private struct Seconds: Decodable {
        let seconds: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let number = try (try? container.decode(Double.self)) ?? Double(container.decode(String.self))
            guard let number, number.isFinite else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number of seconds")
            }
            seconds = number
        }
    }
}

/// Why an answer with status 200 gives no token.
package enum TokenGrantError: Error, Hashable, Sendable {
    /// Not the JSON that RFC 6749 describes, or too large.
    case notAnAnswer
    /// The token is of a type that is not `Bearer`.
    case type(String)
    /// It holds what no header can carry, or is too long.
    case notAToken
    /// It had ended when it was issued.
    case expired
}
