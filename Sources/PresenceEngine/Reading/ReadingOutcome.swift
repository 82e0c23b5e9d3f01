package import Availability
package import Foundation

/// How the reading of one part of one mailbox ended.
package struct ReadingOutcome: Sendable {
    package var mailbox: MailboxAddress
    package var part: MailboxPart
    /// The newest order that was given before the request went out.
    package var order: Int
    /// Until when a calendar is known; `nil` for the automatic reply and where the mailbox failed.
    package var coveredUntil: Date?
    /// What was read of an automatic reply.
    package var automaticReply: AutomaticReply?
    package var failure: MailboxFailure?

    package init(
        _ mailbox: MailboxAddress,
        part: MailboxPart,
        order: Int,
        coveredUntil: Date? = nil,
        automaticReply: AutomaticReply? = nil,
        failure: MailboxFailure? = nil
    ) {
        self.mailbox = mailbox
        self.part = part
        self.order = order
        self.coveredUntil = coveredUntil
        self.automaticReply = automaticReply
        self.failure = failure
    }
}

/// What a reader tells the one who set it to work.
package protocol ReadingObserver: Sendable {
    /// The server answered, after a start or a failure.
    func connected(_ connector: String, to server: SourceServer) async

    /// These parts were read, or failed for their mailbox alone. What was read is written already.
    func ended(_ outcomes: [ReadingOutcome], connector: String) async

    /// A request failed as a whole; the reader tries again by itself if that makes sense.
    /// - Parameter order: the newest order that the request was for.
    func failed(_ connector: String, with diagnosis: Diagnosis, order: Int) async
}
