package import Foundation

/// A statement that an application signs to prove that it is the application: a JSON Web Token
/// (<https://www.rfc-editor.org/rfc/rfc7523#section-3>,
/// <https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials>).
package struct ClientAssertion: Hashable, Sendable {
    /// Minutes that one is good for; it is used once, at once. Microsoft advises five to ten.
    private static let lifetime: TimeInterval = 600

    /// Who is who, in the words of RFC 7519.
    package let clientID: String
    /// Whom it is for: the URL of the token endpoint.
    package let audience: String
    package let issuedAt: Date
    /// Never the same twice.
    package let id: String

    package init(clientID: String, audience: String, issuedAt: Date, id: String = UUID().uuidString) {
        self.clientID = clientID
        self.audience = audience
        self.issuedAt = issuedAt
        self.id = id
    }

    /// Signed and ready to be sent (JWS Compact Serialization, <https://www.rfc-editor.org/rfc/rfc7515#section-7.1>).
    ///
    /// The header names the certificate, since one application may have several: by the SHA-256 of its DER form
    /// (`x5t#S256`), and for authorities that look for that with PS256 only, by its SHA-1 as well (`x5t`).
    package func signed(with identity: SigningIdentity) throws(SigningIdentityError) -> String {
        try identity.checkDates(at: issuedAt)
        let header = Header(
            olderThumbprint: Base64URL.encoded(identity.olderThumbprint),
            thumbprint: Base64URL.encoded(identity.thumbprint)
        )
        let start = Int(issuedAt.timeIntervalSince1970.rounded(.down))
        let claims = Claims(
            aud: audience,
            exp: start + Int(Self.lifetime),
            iat: start,
            iss: clientID,
            jti: id,
            nbf: start,
            sub: clientID
        )
        let signingInput = "\(try Self.part(header)).\(try Self.part(claims))"
        let signature = try identity.signature(of: Array(signingInput.utf8))
        return "\(signingInput).\(Base64URL.encoded(signature))"
    }

    private static func part(_ value: some Encodable) throws(SigningIdentityError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and whole numbers: the encoder has nothing to object to.
        guard let json = try? encoder.encode(value) else { throw .notSigned }
        return Base64URL.encoded(json)
    }

    private struct Header: Encodable {
        let alg = "RS256"
        let typ = "JWT"
        let olderThumbprint: String
        let thumbprint: String

        enum CodingKeys: String, CodingKey {
            case alg, typ
            case olderThumbprint = "x5t"
            case thumbprint = "x5t#S256"
        }
    }

    private struct Claims: Encodable {
        let aud: String
        let exp: Int
        let iat: Int
        let iss: String
        let jti: String
        let nbf: Int
        let sub: String
    }
}
