import Foundation

/// A groupware server, through one login, that knows calendars and automatic replies. It has an identity: the same object
/// in two configurations is the same connection, and nothing of it has to be begun anew.
package protocol CalendarSource: AnyObject, Sendable {
    /// The connector's name.
    var name: String { get }

    /// How many mailboxes one reading may ask for.
    var batchLimit: Int { get }

    /// How many requests may be under way at once.
    var concurrencyLimit: Int { get }

    /// Reads the busy times of up to `batchLimit` mailboxes in one request.
    ///
    /// - Returns: one reading for each mailbox asked for, in the same order. A mailbox that fails is data.
    /// - Throws: where the request as a whole failed and nothing is known of any of the mailboxes.
    func readBusyTimes(
        of mailboxes: [MailboxAddress],
        within window: TimeWindow
    ) async throws(SourceFailure) -> [BusyTimesReading]

    /// Reads the automatic reply of one mailbox.
    func readAutomaticReply(of mailbox: MailboxAddress) async throws(SourceFailure) -> AutomaticReplyReading

    /// What is known of the server by now; the version is `nil` before the first answer.
    func server() async -> SourceServer

    /// An administrator wants another attempt: what was refused for good, such as a password, may be tried once more.
    func allowAnotherAttempt() async
}

/// How a server presents itself.
package struct SourceServer: Hashable, Sendable {
    /// `nil` while it is still looked for.
    package var url: String?
    /// As the start-up log shows it, such as `15.02.2562.0017`.
    package var version: String?
    /// Such as `Exchange Server SE`.
    package var product: String?

    /// What is wrong and keeps nothing from working.
    package var warning: StoredFailure?

    package init(url: String?, version: String? = nil, product: String? = nil, warning: StoredFailure? = nil) {
        self.url = url
        self.version = version
        self.product = product
        self.warning = warning
    }
}

/// The outcome of a reading for one mailbox. The intervals are as the server sent them, not yet normalized.
package typealias BusyTimesReading = Result<[BusyInterval], MailboxFailure>

/// The outcome of reading the automatic reply of one mailbox.
package typealias AutomaticReplyReading = Result<AutomaticReply, MailboxFailure>

/// A request to a source failed as a whole.
package struct SourceFailure: ExplainedError, Hashable {
    package var diagnosis: Diagnosis
    package var retry: RetryAdvice
    /// Whether the server did answer and has trouble with this very request: others may well succeed.
    package var isOfRequest: Bool

    package init(_ diagnosis: Diagnosis, retry: RetryAdvice, isOfRequest: Bool = false) {
        self.diagnosis = diagnosis
        self.retry = retry
        self.isOfRequest = isOfRequest
    }
}

/// One mailbox could not be read, while others can.
package struct MailboxFailure: ExplainedError, Hashable {
    package var diagnosis: Diagnosis
    package var retry: RetryAdvice

    package init(_ diagnosis: Diagnosis, retry: RetryAdvice) {
        self.diagnosis = diagnosis
        self.retry = retry
    }
}
