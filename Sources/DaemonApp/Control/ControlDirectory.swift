import Availability
import ControlAPI
import Foundation
import Store

/// What the control API asks of the users in the database.
struct ControlDirectory: Sendable {
    /// How many users are in memory at once while a list is written.
    static let pageSize = 500

    let database: PresenceDatabase
    let clock: any WallClock

    /// The user of this address or extension.
    func find(_ text: String) async throws -> UserRecord {
        let record = try await database.records(of: [address(of: text)]).first
        guard let record else { throw ControlProblem.unknownUser(text) }
        return record
    }

    /// The addresses of these users, all of which exist and are enabled.
    func addresses(of texts: [String]) async throws -> [MailboxAddress] {
        var addresses: [MailboxAddress] = []
        for text in texts {
            let record = try await find(text)
            guard record.user.isEnabled else { throw ControlProblem.userDisabled(text) }
            addresses.append(record.user.address)
        }
        return addresses
    }

    /// The users behind `last`, sorted by address; fewer than a page at the end.
    func page(after last: MailboxAddress?) async throws -> [Store.UserSummary] {
        try await database.summaries(after: last, limit: Self.pageSize)
    }

    private func address(of text: String) async throws -> MailboxAddress {
        if let address = MailboxAddress(text) { return address }
        let addresses = try await database.addresses(ofExtension: text)
        guard let address = addresses.first else { throw ControlProblem.unknownUser(text) }
        guard addresses.count == 1 else {
            throw ControlProblem.ambiguousExtension(text, count: addresses.count)
        }
        return address
    }
}
