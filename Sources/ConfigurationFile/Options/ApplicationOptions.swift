/// An application that is registered with an authority and logs in as itself (OAuth 2.0 client credentials).
package struct ApplicationOptions: Hashable, Sendable {
    /// What proves that it is the application.
    package enum Proof: Hashable, Sendable {
        case secret(PasswordSource)
        /// A certificate of which the authority knows the public part, and its private key; both in PEM.
        case certificate(path: String, privateKey: PasswordSource)
    }

    /// A directory's id or one of its domains, as it stands in the URL of the authority.
    package var tenant: String
    package var clientID: String
    package var proof: Proof
    /// Where the tenant's token endpoint is, without the tenant and without a slash at its end.
    package var authority = Self.defaultAuthority
    /// What the token is for.
    package var scope = Self.defaultScope

    /// That of Microsoft's public cloud.
    package static let defaultAuthority = "https://login.microsoftonline.com"
    /// Exchange Online.
    package static let defaultScope = "https://outlook.office365.com/.default"

    package init(tenant: String, clientID: String, proof: Proof) {
        self.tenant = tenant
        self.clientID = clientID
        self.proof = proof
    }
}
