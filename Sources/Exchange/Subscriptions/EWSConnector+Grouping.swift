package import Availability
import Logging

extension EWSConnector {
    /// What Autodiscover tells, where the server was found by it: nobody is asked about a server that was named.
    package func groupings(of mailboxes: [MailboxAddress]) async -> [MailboxAddress: String] {
        let place = options.place
        guard place.knowsGroupings, !mailboxes.isEmpty else { return [:] }
        do throws(SourceFailure) {
            return try await throughLoginGate(refusal: { $0 }) { () throws(SourceFailure) in
                do throws(SourceFailure) {
                    return try await place.groupings(of: mailboxes)
                } catch {
                    // Where EWS has just accepted the same login, it is Autodiscover that is strange, and not the login.
                    if error.retry == .never, !gate.isAccepted(at: instant()) { refuse(error) }
                    throw error
                }
            }
        } catch {
            // Whoever asked wants to know no more.
            guard !Task.isCancelled else { return [:] }
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
