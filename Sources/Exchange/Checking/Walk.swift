import Availability
import Foundation

/// The steps of one connector or one of its users as they are taken, told and remembered.
struct Walk: Sendable {
    private let connector: EWSConnector
    private let user: MailboxAddress?
    private let tell: CheckListener
    private var ladder = CheckLadder()
    private var taken: Set<CheckStep.Name> = []
    /// When the server first answered.
    private(set) var answeredAt: Date?

    init(connector: EWSConnector, user: MailboxAddress? = nil, tell: @escaping CheckListener) {
        self.connector = connector
        self.user = user
        self.tell = tell
    }

    /// Why a step cannot be taken; `nil` where it can.
    func obstacle(to name: CheckStep.Name) -> String? { ladder.obstacle(to: name) }

    /// Whether a step is still to be taken and can be.
    func isOpen(_ name: CheckStep.Name) -> Bool { !taken.contains(name) && obstacle(to: name) == nil }

    /// Tells of a step that was taken.
    /// - Parameter begun: when; `nil` where it took no time of its own.
    mutating func take(
        _ name: CheckStep.Name,
        _ outcome: CheckStep.Outcome,
        _ seen: String,
        since begun: ContinuousClock.Instant? = nil
    ) async {
        if name == .http { answeredAt = connector.clock.now }
        taken.insert(name)
        ladder.note(name, outcome)
        let spent = begun.map { (connector.instant() - $0).components }
        let milliseconds = spent.map { Int($0.seconds) * 1_000 + Int($0.attoseconds / 1_000_000_000_000_000) }
        await tell(
            CheckStep(
                connector: connector.name,
                user: user,
                name: name,
                outcome: outcome,
                seen: seen,
                milliseconds: milliseconds
            )
        )
    }

    /// Tells of those of `names` that were not taken, with the reason.
    mutating func skipRest(of names: [CheckStep.Name]) async {
        for name in names where !taken.contains(name) {
            // There is nothing to search for where the server is named.
            guard let why = obstacle(to: name) else { continue }
            await take(name, .skipped, why)
        }
    }
}
