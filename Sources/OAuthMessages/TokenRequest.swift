import Foundation

/// What an application asks an authority for: a token in its own name (client credentials,
/// <https://www.rfc-editor.org/rfc/rfc6749#section-4.4>,
/// <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>).
///
/// The secret or the assertion is an argument and no property, so that nothing that is kept or printed holds it.
package struct TokenRequest: Hashable, Sendable {
    /// The media type of the body.
    package static let contentType = "application/x-www-form-urlencoded"

    /// The id under which the application is registered.
    package var clientID: String
    /// What the token is for, such as `https://outlook.office365.com/.default`.
    package var scope: String

    package init(clientID: String, scope: String) {
        self.clientID = clientID
        self.scope = scope
    }

    /// The body, with a secret that the application shares with the authority.
    package func body(secret: String) -> [UInt8] {
        form([("client_secret", secret)])
    }

    /// The body, with a signed assertion instead of a secret (<https://www.rfc-editor.org/rfc/rfc7523#section-2.2>).
    package func body(assertion: String) -> [UInt8] {
        form([
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ])
    }

    private func form(_ proof: [(String, String)]) -> [UInt8] {
        let pairs = [("grant_type", "client_credentials"), ("client_id", clientID), ("scope", scope)] + proof
        return Array(pairs.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&").utf8)
    }

    /// As HTML forms have it (<https://url.spec.whatwg.org/#application/x-www-form-urlencoded>), a space as `%20`, which
    /// every reader takes.
    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2A, 0x2D, 0x2E, 0x5F:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
