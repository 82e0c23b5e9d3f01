import Availability
import ConfigurationFile
import Store

/// Users whose mailboxes another connector has than that of the configuration.
extension Integration {
    /// The remembered moves are others than before: who was moved is read through the other connector, and nobody else
    /// notices anything of it.
    func movesChanged() async throws {
        try await reapply()
    }

    /// Who serves whom now; `nil` while nothing runs.
    var places: MailboxFinder.Places? {
        guard let plan = running?.plan else { return nil }
        let configuration = plan.parts.configuration
        let users = configuration.users.filter(\.isEnabled)
        let connectorOf = Dictionary(users.map { ($0.address, $0.connector) }) { first, _ in first }
        var homes = connectorOf.filter { !configuration.settled.contains($0.key) }
        for (mailbox, search) in plan.moves where homes[mailbox] != nil { homes[mailbox] = search.home }
        return MailboxFinder.Places(homes: homes, connectorOf: connectorOf, sources: plan.parts.sources)
    }
}
