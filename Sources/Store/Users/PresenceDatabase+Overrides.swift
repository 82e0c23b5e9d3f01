package import Availability
import GRDB

extension PresenceDatabase {
    /// Sets the override of a user in place of the one it has; `nil` clears it.
    ///
    /// The presence that follows is for the caller to decide and to `record`.
    /// - Returns: whether the user is stored; without it nothing is written.
    package func setOverride(
        _ override: PresenceOverride?,
        of mailbox: MailboxAddress
    ) async throws(StoreFailure) -> Bool {
        try await write { database in
            guard let user = try database.userNumber(of: mailbox) else { return false }
            guard let override else {
                try database.run("DELETE FROM override WHERE user_id = ?", [user])
                return true
            }
            var endsAt: Int64?
            if case .at(let end) = override.end { endsAt = end.seconds }
            try database.run(
                "INSERT OR REPLACE INTO override (user_id, presence, set_at, ends_at) VALUES (?, ?, ?, ?)",
                [user, override.presence.rawValue, override.setAt.seconds, endsAt]
            )
            return true
        }
    }
}
