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
        for text in texts { addresses.append(try await enabledAddress(of: text)) }
        return addresses
    }

    /// The address of this user, who exists and is enabled.
    func enabledAddress(of text: String) async throws -> MailboxAddress {
        let user = try await find(text).user
        guard user.isEnabled else { throw ControlProblem.userDisabled(text) }
        return user.address
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
