import Availability
import Foundation
import Store

/// That a server says it does not have a mailbox.
struct MailboxAbsence: Hashable, Sendable {
    var mailbox: MailboxAddress
    /// The connector through which it was looked for.
    var connector: String
    /// What the server said; see ``Diagnosis/isAbsence``.
    var diagnosis: Diagnosis
}

/// Which connectors are asked for a mailbox that is not where it was, when, and what follows from their answers.
///
/// Whoever moves mailboxes may do it in both directions, and servers may contradict each other. So a mailbox is looked
/// for ever more seldom, from an hour to a day apart, until it has stayed where it is for a week.
struct SearchPlan {
    /// How many mailboxes are looked for in one go.
    static let most = 50

    private static let schedule = RetrySchedule(first: 3_600, longest: 86_400, spread: 0)
    /// After how many seconds without another search a new one begins at the first distance.
    private static let calm: TimeInterval = 7 * 86_400

    /// Whom to ask for a mailbox, one after the other.
    struct Question: Hashable {
        var absence: MailboxAbsence
        /// The connector of the configuration.
        var home: String
        /// Without the one that does not have it.
        var connectors: [String]
    }

    /// What a connector says to a question.
    enum Answer: Hashable {
        /// It can read the mailbox.
        case reads
        /// It cannot, by the diagnosis of this id.
        case refuses(String)
        /// It was not asked, or did not answer.
        case silent
    }

    /// The connector of the configuration, of each user who may be moved.
    var homes: [MailboxAddress: String]
    /// The connector through which each user is read now.
    var connectorOf: [MailboxAddress: String]
    /// The connectors that run, in the order of the configuration.
    var running: [String]
    /// What is remembered of earlier searches.
    var known: [MailboxAddress: MailboxSearch]
    var now: Date

    /// Whom to ask; `nil` where nobody is asked: the user stays with his connector or has another one by now, there is no
    /// other, or it is too soon.
    /// - Parameter isUrgent: whether somebody wants it now, so that it is never too soon.
    func question(_ absence: MailboxAbsence, isUrgent: Bool) -> Question? {
        let mailbox = absence.mailbox
        guard let home = homes[mailbox], connectorOf[mailbox] == absence.connector else { return nil }
        let others = running.filter { $0 != absence.connector }
        guard !others.isEmpty, isUrgent || !isTooSoon(mailbox) else { return nil }
        // Who comes home needs no move.
        let connectors = others.filter { $0 == home } + others.filter { $0 != home }
        return Question(absence: absence, home: home, connectors: connectors)
    }

    /// What is to be remembered. Where nobody can read the mailbox it goes back to its home, unless that was not heard.
    func search(_ question: Question, _ answers: [String: Answer]) -> MailboxSearch {
        let (absence, home) = (question.absence, question.home)
        let former = former(absence.mailbox)
        var place = question.connectors.first { answers[$0] == .reads }
        if place == nil, answers[home, default: .silent] == .silent { place = absence.connector }
        let connector = place == home ? nil : place
        var refusals = [absence.connector: absence.diagnosis.id]
        for case (let name, .refuses(let id)) in answers { refusals[name] = id }
        return MailboxSearch(
            address: absence.mailbox,
            home: home,
            connector: connector,
            movedAt: connector == nil ? nil : connector == former?.connector ? former?.movedAt ?? now : now,
            searches: (former.map { now.timeIntervalSince($0.searchedAt) < Self.calm ? $0.searches : 0 } ?? 0) + 1,
            searchedAt: now,
            refusals: refusals
        )
    }

    private func isTooSoon(_ mailbox: MailboxAddress) -> Bool {
        guard let former = former(mailbox) else { return false }
        let age = now.timeIntervalSince(former.searchedAt)
        let distance = Self.schedule.delay(afterFailures: former.searches, advice: .later, jitter: 0) ?? 0
        // A clock that was set back must not keep anybody waiting for it to catch up.
        return age >= 0 && age < distance
    }

    /// What is remembered and still about the same connector of the configuration.
    private func former(_ mailbox: MailboxAddress) -> MailboxSearch? {
        known[mailbox].flatMap { $0.home == homes[mailbox] ? $0 : nil }
    }
}
