package import Foundation

/// What presence servers keep for us, across restarts: each publication with the tag that the server gave it.
package protocol PublicationStore: Sendable {
    /// All publications of a hook, in no order.
    func publications(of hook: String) async throws(StoreFailure) -> [Publication]

    /// The documents that were published, of these publications; what is not stored is left out.
    func documents(of publications: [Publication.Key]) async throws(StoreFailure) -> [Publication.Key: String]

    /// Writes all in one transaction, each in place of the one with the same key. Without a document the stored one stays.
    func keep(_ publications: [Publication]) async throws(StoreFailure)

    /// Forgets these, in one transaction.
    func forget(_ publications: [Publication.Key]) async throws(StoreFailure)
}

/// The presence of a user as a presence server holds it for us (RFC 3903, 4).
package struct Publication: Hashable, Sendable {
    /// What tells publications apart.
    package struct Key: Hashable, Sendable {
        package var hook: String
        package var user: MailboxAddress
        /// Whose presence it is to the server, such as `sip:1001@example.com`.
        package var presentity: String

        package init(hook: String, user: MailboxAddress, presentity: String) {
            self.hook = hook
            self.user = user
            self.presentity = presentity
        }
    }

    package var key: Key
    /// The newest tag the server gave (`SIP-ETag`).
    package var entityTag: String
    /// When the server forgets it.
    package var expiresAt: Date
    /// What was published; `nil` where it is the one that is stored, or was not read.
    package var document: String?

    package init(key: Key, entityTag: String, expiresAt: Date, document: String? = nil) {
        self.key = key
        self.entityTag = entityTag
        self.expiresAt = expiresAt
        self.document = document
    }
}
