/// A groupware server, through one login, that tells who belongs to a distribution group.
package protocol DirectorySource: Sendable {
    /// The connector's name.
    var name: String { get }

    /// Asks what a group holds itself; of the groups within it, one has to ask again.
    ///
    /// - Returns: a failure where it is this group that is not told, while others may be.
    /// - Throws: where the request as a whole failed and nothing is known of the group.
    func expand(
        _ group: MailboxAddress
    ) async throws(SourceFailure) -> Result<DirectoryReading, DirectoryFailure>
}

/// What a group holds itself, as far as the server told.
package struct DirectoryReading: Hashable, Sendable {
    /// In the order of the server.
    package var entries: [DirectoryEntry]
    /// Why there may be more than these; `nil` where these are all.
    package var failure: DirectoryFailure?

    package init(_ entries: [DirectoryEntry], failure: DirectoryFailure? = nil) {
        self.entries = entries
        self.failure = failure
    }
}

/// What belongs to a group.
package enum DirectoryEntry: Hashable, Sendable {
    case mailbox(DirectoryMember)
    case group(MailboxAddress)
    /// What has no calendar, or no address to ask for it: a contact, a public folder.
    case other
}

/// One group is not told, or not all of it, while others may be.
package struct DirectoryFailure: ExplainedError, Hashable {
    package var diagnosis: Diagnosis
    package var retry: RetryAdvice

    package init(_ diagnosis: Diagnosis, retry: RetryAdvice) {
        self.diagnosis = diagnosis
        self.retry = retry
    }
}
