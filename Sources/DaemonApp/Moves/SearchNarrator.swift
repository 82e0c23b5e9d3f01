import Availability
import Logging
import Store

/// Tells the log which mailboxes were moved to another connector, and which nobody has.
struct SearchNarrator: Sendable {
    let logger: Logger

    /// This user is read through another connector from now on.
    func moved(_ search: MailboxSearch, from connector: String) {
        let place = search.connector ?? search.home
        let why = search.refusals[connector].map { ": \(connector) does not have the mailbox (\($0))" } ?? ""
        logger.notice(
            "Moved \(search.address) \(search.connector == nil ? "back " : "")from \(connector) to \(place)\(why)",
            metadata: ["event": "mailbox-moved", "user": "\(search.address)", "connector": "\(place)"]
        )
    }

    /// Nobody can read this mailbox.
    func missing(_ search: MailboxSearch, _ absence: MailboxAbsence) {
        let diagnosis = absence.diagnosis.naming(search.refusals, besides: absence.connector)
        logger.warning(
            "Cannot find \(search.address) elsewhere: \(diagnosis.summary) \(diagnosis.remedy)",
            metadata: [
                "user": "\(search.address)", "connector": "\(absence.connector)",
                "diagnosis": .stringConvertible(diagnosis),
            ]
        )
    }

    /// What was found out could not be stored or applied.
    func failed(_ error: any Error) {
        let diagnosis = (error as? any ExplainedError)?.diagnosis
        logger.error(
            "Moved mailboxes: \(diagnosis.map { "\($0.summary) \($0.remedy)" } ?? "\(error)")",
            metadata: diagnosis.map { ["diagnosis": .stringConvertible($0)] } ?? ["event": "failed"]
        )
    }
}

extension Diagnosis {
    /// The same with a remedy that names the connectors that were asked for the mailbox too, and in vain.
    /// - Parameters:
    ///   - refusals: see ``MailboxSearch/refusals``.
    ///   - connector: the one that this diagnosis comes from.
    func naming(_ refusals: [String: String], besides connector: String) -> Diagnosis {
        let others = refusals.filter { $0.key != connector }.sorted { $0.key < $1.key }
        guard !others.isEmpty else { return self }
        let list = others.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
        var diagnosis = self
        diagnosis.remedy += " Asked for it too, and cannot read it: \(list)."
        return diagnosis
    }
}
