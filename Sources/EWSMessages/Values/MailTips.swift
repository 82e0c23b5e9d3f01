/// What a server tells somebody who is about to write to a recipient
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/mailtips>).
package struct MailTips: Hashable, Sendable {
    /// What the server says of the automatic reply
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/outofoffice>).
    package struct OutOfOfficeMailTip: Hashable, Sendable {
        /// The reply, empty where there is none now. Mostly HTML; see `ReplyText`.
        ///
        /// `nil` where the server leaves out the element `ReplyBody`, which the schema demands. grommunio does: it writes
        /// elements of its own instead, and that nobody is away whoever is. Such a server must not be believed; ask it
        /// with `GetUserOofSettingsRequest`.
        package var replyBody: String?
        /// When a scheduled reply is sent. `nil` for one that is not scheduled, or where not both ends are told.
        package var duration: Duration?

        package init(replyBody: String?, duration: Duration? = nil) {
            self.replyBody = replyBody
            self.duration = duration
        }
    }

    /// What there is to say of an automatic reply.
    package enum AutomaticReply: Hashable, Sendable {
        /// None is sent now.
        case inactive
        /// This one is sent now: the body as sent, and when it is scheduled for.
        case active(replyBody: String, duration: Duration?)
        /// The server did not find out in time; ask again, or otherwise.
        case pending
        /// The server says nothing, or what is not to be believed; see `OutOfOfficeMailTip.replyBody`.
        case untold
    }

    /// Whom this is about. The server may write the primary address where another was asked for; go by the order.
    package var recipientAddress: EmailAddress
    /// The names of the tips that the server could not work out in time, as the request names them
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pendingmailtips>).
    package var pendingMailTips: Set<String>
    /// `nil` where the server says nothing of it, as of people elsewhere.
    package var outOfOffice: OutOfOfficeMailTip?

    package init(
        recipientAddress: EmailAddress,
        pendingMailTips: Set<String> = [],
        outOfOffice: OutOfOfficeMailTip? = nil
    ) {
        self.recipientAddress = recipientAddress
        self.pendingMailTips = pendingMailTips
        self.outOfOffice = outOfOffice
    }

    /// What follows from all that for the automatic reply.
    package var automaticReply: AutomaticReply {
        if !pendingMailTips.isDisjoint(with: [GetMailTipsRequest.outOfOfficeMessage, "All"]) { return .pending }
        guard let outOfOffice, let replyBody = outOfOffice.replyBody else { return .untold }
        return replyBody.contains { !$0.isWhitespace }
            ? .active(replyBody: replyBody, duration: outOfOffice.duration) : .inactive
    }
}
