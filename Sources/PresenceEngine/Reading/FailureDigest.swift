package import Availability

/// One failure to tell of each mailbox and reading, although its parts are read apart: the one that says more.
package struct FailureDigest: Sendable {
    private var halves: [MailboxAddress: ReadingOutcome] = [:]

    package init() {}

    /// Takes the outcome of one part.
    /// - Returns: what to tell, once the outcome of the other part is there too.
    package mutating func note(_ outcome: ReadingOutcome) -> MailboxFailure? {
        guard let other = halves.removeValue(forKey: outcome.mailbox), other.part != outcome.part else {
            halves[outcome.mailbox] = outcome
            return nil
        }
        guard let one = other.failure, let two = outcome.failure else { return other.failure ?? outcome.failure }
        return two.diagnosis.outweighs(one.diagnosis) ? two : one
    }

    /// These are read no more: the other half of what is known does not come.
    package mutating func forget(_ mailboxes: Set<MailboxAddress>) {
        for mailbox in mailboxes { halves[mailbox] = nil }
    }
}
