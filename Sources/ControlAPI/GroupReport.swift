package import Foundation

/// A distribution group whose members are users, and how well its members are known.
package struct GroupReport: Codable, Hashable, Sendable {
    package var address: String
    package var connector: String
    /// How many members are known, those among them that the configuration describes too.
    package var users: Int
    /// How much that has no mailbox stands in it.
    package var leftOut: Int
    /// When the server last told all of it; `null` where it never did.
    @OrNull package var lastRefreshedAt: Date?
    /// Why it did not tell all of it the last time; `null` where it did.
    @OrNull package var lastError: ErrorReport?

    package init(
        address: String,
        connector: String,
        users: Int,
        leftOut: Int,
        lastRefreshedAt: Date?,
        lastError: ErrorReport?
    ) {
        self.address = address
        self.connector = connector
        self.users = users
        self.leftOut = leftOut
        self.lastRefreshedAt = lastRefreshedAt
        self.lastError = lastError
    }

    private enum CodingKeys: String, CodingKey {
        case address, connector, users
        case leftOut = "left_out"
        case lastRefreshedAt = "last_refreshed_at"
        case lastError = "last_error"
    }
}
