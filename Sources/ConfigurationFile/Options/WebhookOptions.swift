/// The keys of a `[[hook]]` of kind `webhook`.
package struct WebhookOptions: Hashable, Sendable {
    /// `https`, or `http` to this machine itself.
    package var url: String
    /// The key that signs, `whsec_…` (<https://www.standardwebhooks.com>).
    package var secret: PasswordSource
    /// The key before that one, which signs beside it while receivers change over.
    package var previousSecret: PasswordSource?
    /// An absolute path of PEM certificates that are trusted instead of the system's.
    package var caFile: String?
    /// As `pinned_public_key` of a connector.
    package var pinnedPublicKey: String?

    package init(url: String, secret: PasswordSource) {
        self.url = url
        self.secret = secret
    }
}
