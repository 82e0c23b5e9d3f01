/// The body of `POST /v1/force`.
package struct ForceRequest: Codable, Hashable, Sendable {
    /// Addresses or extensions; nothing or an empty list means all.
    package var users: [String]?

    package init(users: [String]? = nil) {
        self.users = users
    }
}

/// One line of the answer to `POST /v1/force` (`application/x-ndjson`), written as it happens.
package enum ForceLine: Codable, Hashable, Sendable {
    /// So many of all users were read or failed.
    case progress(done: Int, total: Int)
    case changed(PresenceChange)
    /// The last line. What failed is named.
    case finished(failed: [String], unreachable: [Unreachable])

    /// A connector that could not be asked.
    package struct Unreachable: Codable, Hashable, Sendable {
        package var connector: String
        package var diagnosis: String
        package var summary: String
        package var remedy: String

        package init(connector: String, diagnosis: String, summary: String, remedy: String) {
            self.connector = connector
            self.diagnosis = diagnosis
            self.summary = summary
            self.remedy = remedy
        }
    }
}
