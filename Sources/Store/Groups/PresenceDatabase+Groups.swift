package import Availability
package import Foundation
import GRDB

/// A group as it is remembered.
package struct GroupRecord: Hashable, Sendable {
    package var address: MailboxAddress
    /// How many members are known.
    package var members: Int
    /// How much that is no mailbox stood in it, or in groups within it.
    package var leftOut: Int
    /// When a server last told all of it; `nil` where none ever did.
    package var refreshedAt: Date?
    /// Why it did not tell all of it the last time; `nil` where it did.
    package var failure: StoredFailure?

    package init(
        address: MailboxAddress,
        members: Int,
        leftOut: Int = 0,
        refreshedAt: Date? = nil,
        failure: StoredFailure? = nil
    ) {
        self.address = address
        self.members = members
        self.leftOut = leftOut
        self.refreshedAt = refreshedAt
        self.failure = failure
    }
}

extension PresenceDatabase {
    /// The known members of each group that is remembered, sorted by address.
    package func groupMembers() async throws(StoreFailure) -> [MailboxAddress: [DirectoryMember]] {
        try await read(Self.groupMembers)
    }

    static func groupMembers(_ database: Database) throws -> [MailboxAddress: [DirectoryMember]] {
        var members: [MailboxAddress: [DirectoryMember]] = [:]
        let rows = try database.rows(
            "SELECT group_address, address, display_name FROM user_group_member ORDER BY group_address, address"
        )
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            let group = columns.text().flatMap(MailboxAddress.init)
            let address = columns.text().flatMap(MailboxAddress.init)
            // Whoever writes an address by hand that is none adds nobody.
            guard let group, let address else { continue }
            members[group, default: []].append(DirectoryMember(address, displayName: columns.text()))
        }
        return members
    }

    /// All groups that are remembered, by address.
    package func groups() async throws(StoreFailure) -> [MailboxAddress: GroupRecord] {
        try await read { database in
            var groups: [MailboxAddress: GroupRecord] = [:]
            let rows = try database.rows(
                """
                SELECT address, (SELECT count(*) FROM user_group_member WHERE group_address = user_group.address),
                    left_out, refreshed_at, diagnosis, summary, remedy, failed_at
                FROM user_group
                """
            )
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                if let group = columns.group() { groups[group.address] = group }
            }
            return groups
        }
    }

    /// Remembers who is in a group from now on and how that was found out, in one transaction.
    /// - Parameter failure: why the server did not tell all of it; then it was not refreshed.
    package func keepGroup(
        _ address: MailboxAddress,
        members: [DirectoryMember],
        leftOut: Int,
        failure: Diagnosis?,
        at time: Date
    ) async throws(StoreFailure) {
        try await write { database in
            try database.run(
                """
                INSERT INTO user_group (address, left_out, refreshed_at, diagnosis, summary, remedy, failed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (address) DO UPDATE SET left_out = excluded.left_out,
                    refreshed_at = coalesce(excluded.refreshed_at, refreshed_at), diagnosis = excluded.diagnosis,
                    summary = excluded.summary, remedy = excluded.remedy, failed_at = excluded.failed_at
                """,
                [
                    address.text, leftOut, failure == nil ? time.seconds : nil, failure?.id, failure?.summary,
                    failure?.remedy, failure == nil ? nil : time.seconds,
                ]
            )
            try database.run("DELETE FROM user_group_member WHERE group_address = ?", [address.text])
            for member in members {
                try database.run(
                    "INSERT OR IGNORE INTO user_group_member (group_address, address, display_name) VALUES (?, ?, ?)",
                    [address.text, member.address.text, member.displayName]
                )
            }
        }
    }

    /// Forgets all groups but these, in one transaction.
    package func forgetGroups(except kept: [MailboxAddress]) async throws(StoreFailure) {
        try await write { database in
            let addresses = String(decoding: try JSONEncoder().encode(kept.map(\.text)), as: UTF8.self)
            let sql = "DELETE FROM user_group WHERE address NOT IN (SELECT value FROM json_each(?))"
            try database.run(sql, [addresses])
        }
    }
}

extension ColumnReader {
    /// `nil` where somebody wrote an address by hand that is none.
    fileprivate mutating func group() -> GroupRecord? {
        let address = text().flatMap(MailboxAddress.init)
        let counts = (members: number() ?? 0, leftOut: number() ?? 0)
        let refreshedAt = time()
        let texts = (id: text(), summary: text(), remedy: text())
        let failedAt = time()
        guard let address else { return nil }
        var failure: StoredFailure?
        if let id = texts.id, let failedAt {
            let diagnosis = Diagnosis(id: id, summary: texts.summary ?? "", remedy: texts.remedy ?? "")
            failure = StoredFailure(diagnosis, at: failedAt)
        }
        return GroupRecord(
            address: address,
            members: Int(counts.members),
            leftOut: Int(counts.leftOut),
            refreshedAt: refreshedAt,
            failure: failure
        )
    }
}
