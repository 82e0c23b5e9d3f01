package import Availability
package import Foundation
import GRDB

/// What the configuration, and people by hand, want the database to know: who there is, who is told, and what was
/// switched.
package struct Roster: Hashable, Sendable {
    /// Of an address given twice the first counts.
    package var users: [User]
    /// Their names differ.
    package var hooks: [HookRegistration]
    /// What was switched on or off by hand, by a name that means something to the caller.
    package var switches: [String: Bool]

    package init(users: [User], hooks: [HookRegistration], switches: [String: Bool] = [:]) {
        self.users = users
        self.hooks = hooks
        self.switches = switches
    }
}

/// What of the users was different from what was stored; each sorted by address.
package struct UserChanges: Hashable, Sendable {
    package var added: [MailboxAddress]
    /// Still there, with another extension, name, connector, or enabled where it was not (or the other way round).
    package var changed: [MailboxAddress]
    package var removed: [MailboxAddress]
    /// The last events of users that are not read any more and showed something until now.
    package var lastEvents: [PresenceEvent]

    package init(
        added: [MailboxAddress] = [],
        changed: [MailboxAddress] = [],
        removed: [MailboxAddress] = [],
        lastEvents: [PresenceEvent] = []
    ) {
        self.added = added
        self.changed = changed
        self.removed = removed
        self.lastEvents = lastEvents
    }

    /// Whether all was as configured.
    package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }
}

extension PresenceDatabase {
    /// Makes users, hooks and switches those of `roster`, in one transaction.
    ///
    /// A removed user goes with all that is stored of it; of a disabled one only the user itself stays, and that it shows
    /// nothing. If it showed something, every hook that told it is told a last time; likewise where a user leaves the
    /// audience of a hook, and for the extension a user had before. A hook that is new, or has another target, is told
    /// what each enabled user of its audience shows, as a change from `unknown`, for it knows nothing yet; so is a hook
    /// whose audience a user comes into. Of a hook that went, events, counts and publications go. One that is disabled is
    /// told nothing. The caller lets nobody `record` meanwhile: what is decided then would not reach a new hook.
    ///
    /// - Parameter staleAfter: the age in seconds of ``PresenceRules/staleAfter``.
    package func sync(_ roster: Roster, at time: Date, staleAfter: TimeInterval) async throws(StoreFailure)
        -> UserChanges
    {
        try await write { database in
            let hooks = try Self.syncHooks(roster.hooks, database)
            let changes = try Self.syncUsers(
                roster.users,
                for: hooks.kept,
                at: time,
                staleAfter: staleAfter,
                database
            )
            for hook in hooks.new {
                try database.tellAll(hook, at: time, staleAfter: staleAfter, perSecond: nil)
            }
            for hook in hooks.changed {
                try database.tellAll(hook, at: time, staleAfter: staleAfter, perSecond: Self.usualPace)
            }
            try database.run("DELETE FROM setting")
            for (name, isOn) in roster.switches {
                try database.run("INSERT INTO setting (name, value) VALUES (?, ?)", [name, isOn ? "on" : "off"])
            }
            return changes
        }
    }

    /// How many a second are told once more, where nobody says otherwise.
    private static let usualPace = 100

    /// The switches of the newest roster.
    package func switches() async throws(StoreFailure) -> [String: Bool] { try await read(Self.switches) }

    /// As above, on a connection of the caller's.
    @Sendable
    static func switches(_ database: Database) throws -> [String: Bool] {
        var switches: [String: Bool] = [:]
        let rows = try database.rows("SELECT name, value FROM setting")
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            guard let name = columns.text(), let value = columns.text() else { continue }
            switches[name] = value == "on"
        }
        return switches
    }
}
