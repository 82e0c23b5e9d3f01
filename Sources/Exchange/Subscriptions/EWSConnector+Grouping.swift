package import Availability
import Logging

extension EWSConnector {
    /// What Autodiscover tells, where the server was found by it: nobody is asked about a server that was named.
    package func groupings(of mailboxes: [MailboxAddress]) async -> [MailboxAddress: String] {
        let place = options.place
        guard place.knowsGroupings, !mailboxes.isEmpty else { return [:] }
        do throws(SourceFailure) {
            return try await throughLoginGate(refusal: { $0 }) { () throws(SourceFailure) in
                try await place.groupings(of: mailboxes)
            }
        } catch {
            logger.notice(
                """
                Autodiscover does not tell which mailboxes are looked after together, so their notifications are grouped \
                by the alphabet: \(error.diagnosis.summary)
                """,
                metadata: ["diagnosis": .stringConvertible(error.diagnosis)]
            )
            return [:]
        }
    }
}
