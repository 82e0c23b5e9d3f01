import Availability
import Synchronization

/// A server that has some mailboxes and not others, as a test says, and keeps what it was asked.
final class ScriptedCalendars: CalendarSource {
    private struct State {
        var mailboxes: Set<MailboxAddress> = []
        /// Those of whom another side tells the busy times alone.
        var proxied: Set<MailboxAddress> = []
        /// While set, everything fails as a whole.
        var outage: SourceFailure?
        var asked: [MailboxAddress] = []
    }

    let name: String
    let batchLimit = 100
    let concurrencyLimit = 1
    private let state = Mutex(State())

    init(_ name: String) {
        self.name = name
    }

    /// For whom busy times were asked, by the first part of the address.
    var asked: [String] { state.withLock { $0.asked.map { String($0.text.prefix { $0 != "@" }) } } }

    func take(_ mailboxes: MailboxAddress...) { state.withLock { $0.mailboxes.formUnion(mailboxes) } }

    func proxy(_ mailbox: MailboxAddress) { state.withLock { _ = $0.proxied.insert(mailbox) } }

    func lose(_ mailbox: MailboxAddress) { state.withLock { _ = $0.mailboxes.remove(mailbox) } }

    func fail(_ outage: SourceFailure?) { state.withLock { $0.outage = outage } }

    func readBusyTimes(
        of mailboxes: [MailboxAddress],
        within window: TimeWindow
    ) async throws(SourceFailure) -> [BusyTimesReading] {
        let outage = state.withLock { state in
            state.asked += mailboxes
            return state.outage
        }
        if let outage { throw outage }
        return mailboxes.map { mailbox in
            let isTold = state.withLock { $0.mailboxes.contains(mailbox) || $0.proxied.contains(mailbox) }
            return isTold ? .success([]) : .failure(Self.absent)
        }
    }

    func readAutomaticReply(of mailbox: MailboxAddress) async throws(SourceFailure) -> AutomaticReplyReading {
        let isHere = state.withLock { $0.mailboxes.contains(mailbox) }
        return isHere ? .success(AutomaticReply(state: .disabled)) : .failure(Self.absent)
    }

    func server() async -> SourceServer { SourceServer(url: nil) }

    func allowAnotherAttempt() async {}

    static let absent = MailboxFailure(
        Diagnosis(id: "mailbox.not-found", summary: "None.", remedy: "Correct it."),
        retry: .later
    )
}
