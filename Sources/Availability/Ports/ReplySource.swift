/// A groupware server, through one login, that says cheaply of many mailboxes whether an automatic reply is sent now. What
/// the reply is, and whether it is true, is for the ``CalendarSource`` of the same name to read.
package protocol ReplySource: Sendable {
    /// The connector's name.
    var name: String { get }

    /// Why hints cannot be asked for; `nil` where they can.
    var hintObstacle: Diagnosis? { get }

    /// How many mailboxes one reading may ask for, at least 1; falls where the server turns out to allow fewer.
    var hintLimit: Int { get }

    /// Asks about up to `hintLimit` mailboxes.
    ///
    /// - Returns: one hint for each mailbox asked for, in the same order.
    /// - Throws: where nothing is known of any of the mailboxes. A failure that ``SourceFailure/isOfRequest`` and is not to
    ///   be repeated says that the server has no hints to give.
    func readReplyHints(of mailboxes: [MailboxAddress]) async throws(SourceFailure) -> [ReplyHint]
}

/// What a server says of a mailbox's automatic reply in passing.
package enum ReplyHint: Hashable, Sendable {
    /// None is sent now.
    case inactive
    /// One is sent now.
    case active(ReplySign)
    /// The server did not find out in time.
    case pending
    /// The server says nothing of it.
    case untold
    case failed(MailboxFailure)
}

/// What tells one automatic reply from another without keeping its text.
package struct ReplySign: Hashable, Sendable {
    /// See ``mark(of:)``.
    package var text: UInt64
    /// When a scheduled reply is sent; `nil` where that is not told.
    package var duration: TimeWindow?

    /// - Parameter text: of the reply, plain.
    package init(text: String, duration: TimeWindow? = nil) {
        self.text = Self.mark(of: text)
        self.duration = duration
    }

    /// A number that stands for how `text` begins, 0 for an empty one. White space does not count, and servers cut off
    /// what they tell in passing: Exchange after 250 characters
    /// (<https://learn.microsoft.com/en-us/exchange/mailtips-exchange-2013-help>).
    package static func mark(of text: String) -> UInt64 {
        let opening = text.unicodeScalars.lazy.filter { !$0.properties.isWhitespace }.prefix(200)
        guard !opening.isEmpty else { return 0 }
        // FNV-1a, which is the same at every start.
        return opening.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1.value)) &* 1_099_511_628_211 }
    }
}
