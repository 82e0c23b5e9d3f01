import Availability
import Logging

/// Tells the log who came into groups and went, and what could not be found out.
struct GroupNarrator: Sendable {
    private let logger: Logger
    /// What was last told of each group that fails: the same is not told again at each attempt.
    private var told: [MailboxAddress: [Diagnosis]] = [:]

    init(logger: Logger) {
        self.logger = logger
    }

    /// A group was asked for, and this changes what is known of it.
    mutating func read(_ expansion: GroupExpansion, _ change: GroupChange) {
        tellFailures(of: expansion)
        let group = expansion.root
        let known = change.members.count
        let counts = "\(known) member\(known == 1 ? "" : "s"), \(change.came.count) came, \(change.went.count) went"
        let others = expansion.leftOut > 0 ? ", \(expansion.leftOut) without a mailbox left out" : ""
        let caution = expansion.isComplete ? "" : "; not all of it was told, so nobody goes"
        logger.log(
            level: change.isChange ? .info : .debug,
            "Group \(group): \(counts)\(others)\(caution)",
            metadata: ["event": "group-read"]
        )
        for member in change.came {
            logger.debug("\(member) came into the group \(group)", metadata: ["user": "\(member)"])
        }
        for member in change.went {
            logger.debug("\(member) went from the group \(group)", metadata: ["user": "\(member)"])
        }
    }

    /// What was found out could not be stored or applied.
    func failed(_ error: any Error) {
        let diagnosis = (error as? any ExplainedError)?.diagnosis
        logger.error(
            "Members of groups: \(diagnosis.map { "\($0.summary) \($0.remedy)" } ?? "\(error)")",
            metadata: diagnosis.map { ["diagnosis": .stringConvertible($0)] } ?? ["event": "failed"]
        )
    }

    private mutating func tellFailures(of expansion: GroupExpansion) {
        let diagnoses = expansion.failures.map(\.diagnosis)
        guard told[expansion.root] ?? [] != diagnoses else { return }
        told[expansion.root] = diagnoses.isEmpty ? nil : diagnoses
        if diagnoses.isEmpty {
            logger.notice(
                "Group \(expansion.root): the server tells all of it again",
                metadata: ["event": "group-restored"]
            )
        }
        for diagnosis in diagnoses {
            logger.warning(
                "Group \(expansion.root): \(diagnosis.summary) \(diagnosis.remedy)",
                metadata: ["diagnosis": .stringConvertible(diagnosis)]
            )
        }
    }
}
