import Availability

/// A reading that somebody waits for: counts along, and tells each change of its mailboxes.
struct ForcedReading {
    private var round: ReadingRound
    private let mailboxes: Set<MailboxAddress>
    private var unreachable: [String: Diagnosis] = [:]
    private let continuation: AsyncStream<ForceProgress>.Continuation

    init(_ mailboxes: [MailboxAddress], order: Int, continuation: AsyncStream<ForceProgress>.Continuation) {
        round = ReadingRound(mailboxes, order: order)
        self.mailboxes = Set(mailboxes)
        self.continuation = continuation
        tellProgress()
    }

    var isFinished: Bool { round.isFinished }

    mutating func note(_ outcomes: [ReadingOutcome]) {
        let before = round.done
        for outcome in outcomes { round.note(outcome) }
        if round.done != before { tellProgress() }
    }

    /// The connector that serves `mailboxes` cannot be asked now.
    mutating func giveUp(_ mailboxes: [MailboxAddress], connector: String, why diagnosis: Diagnosis) {
        guard mailboxes.contains(where: round.isWaiting(for:)) else { return }
        round.giveUp(mailboxes)
        unreachable[connector] = diagnosis
        tellProgress()
    }

    /// These are not read any more.
    mutating func drop(_ mailboxes: Set<MailboxAddress>) {
        let before = round.done
        round.drop(mailboxes)
        if round.done != before { tellProgress() }
    }

    func tell(_ updates: [UserUpdate]) {
        for case let event? in updates.lazy.map(\.event) where mailboxes.contains(event.user) {
            continuation.yield(.changed(event))
        }
    }

    func finish() {
        continuation.yield(.finished(failed: round.failed.sorted(), unreachable: unreachable))
        continuation.finish()
    }

    private func tellProgress() {
        continuation.yield(.progress(done: round.done, total: round.total))
    }
}
