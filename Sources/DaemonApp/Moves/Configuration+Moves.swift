import Availability
import ConfigurationFile
import Store

extension Configuration {
    /// What of `searches` moves a user to another connector: those who name none themselves, as long as the configuration
    /// gives them the one that did not have the mailbox, and the one that has it is there and switched on.
    func moves(
        by searches: [MailboxAddress: MailboxSearch],
        _ switches: Switches
    ) -> [MailboxAddress: MailboxSearch] {
        var moves: [MailboxAddress: MailboxSearch] = [:]
        for user in users where !settled.contains(user.address) {
            guard let search = searches[user.address], search.home == user.connector else { continue }
            guard let connector = search.connector, switches.isOn(.connector(connector), in: self) else { continue }
            moves[user.address] = search
        }
        return moves
    }

    /// The searches that mean nothing any more: the user is gone or names a connector, or has got another one by the
    /// configuration, or the one that was found is gone or switched off.
    func obsolete(
        _ searches: [MailboxAddress: MailboxSearch],
        besides moves: [MailboxAddress: MailboxSearch]
    ) -> [MailboxAddress] {
        guard !searches.isEmpty else { return [] }
        let homes = Dictionary(users.map { ($0.address, $0.connector) }) { first, _ in first }
        return searches.values.filter { search in
            if moves[search.address] != nil { return false }
            return search.connector != nil || homes[search.address] != search.home || settled.contains(search.address)
        }.map(\.address)
    }

    /// The configuration with these users read through the connectors that have their mailboxes.
    func moved(by moves: [MailboxAddress: MailboxSearch]) -> Configuration {
        guard !moves.isEmpty else { return self }
        var configuration = self
        for index in users.indices {
            let connector = moves[users[index].address]?.connector
            configuration.users[index].connector = connector ?? users[index].connector
        }
        return configuration
    }
}
