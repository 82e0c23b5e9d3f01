package import HTTPTransport
package import OAuthMessages

/// An application that is registered with an authority, and what proves that it is the application.
package struct OAuthApplication: Hashable, Sendable {
    /// What only the application has.
    package enum Proof: Hashable, Sendable {
        /// A text that the authority knows as well.
        case secret(Secret)
        /// A certificate of which the authority knows the public part.
        case certificate(SigningIdentity)
    }

    /// A directory's id or one of its domains.
    package var tenant: String
    /// The id under which the application is registered.
    package var clientID: String
    package var proof: Proof
    /// Such as `https://login.microsoftonline.com`; national clouds have others.
    package var authority: String
    /// What tokens are for, such as `https://outlook.office365.com/.default`.
    package var scope: String
    /// Whose word is taken for who the authority is.
    package var trust: TrustOptions

    package init(
        tenant: String,
        clientID: String,
        proof: Proof,
        authority: String,
        scope: String,
        trust: TrustOptions = TrustOptions()
    ) {
        self.tenant = tenant
        self.clientID = clientID
        self.proof = proof
        self.authority = authority
        self.scope = scope
        self.trust = trust
    }

    /// Where tokens are asked for
    /// (<https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>).
    var tokenEndpoint: String { "\(authority)/\(tenant)/oauth2/v2.0/token" }
}
