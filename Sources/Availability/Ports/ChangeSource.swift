/// A groupware server, through one login, that tells when a calendar may have changed. What it looks like then is for
/// the ``CalendarSource`` of the same name to read.
package protocol ChangeSource: Sendable {
    /// The connector's name.
    var name: String { get }

    /// The ways that the configuration allows, the preferred one first; none where nothing is to be subscribed to.
    var methods: [NotificationMethod] { get }

    /// How many subscriptions one channel carries at most.
    var channelLimit: Int { get }

    /// Which of these mailboxes the server looks after together: those of the same grouping may share a channel, those of
    /// different ones must not. Who is missing has none that is known; all of these are taken together. Need not be quick.
    func groupings(of mailboxes: [MailboxAddress]) async -> [MailboxAddress: String]

    /// Asks to be told of one calendar, in one request.
    ///
    /// - Parameter route: of the mailbox's group; without `affinity` the answer tells it, if there is any.
    /// - Throws: where the request as a whole failed and nothing is known of the mailbox.
    func subscribe(
        to mailbox: MailboxAddress,
        by method: NotificationMethod,
        route: NotificationRoute
    ) async throws(SourceFailure) -> SubscriptionAnswer

    /// Ends a subscription. That the server does not know it any more is as good.
    func unsubscribe(_ subscription: Subscription) async throws(SourceFailure)

    /// Opens a channel for up to `channelLimit` subscriptions of one group, made by `streaming`.
    ///
    /// Returns once the server began to answer; the channel's first news then says that it works.
    func listen(
        to subscriptions: [Subscription],
        route: NotificationRoute
    ) async throws(ChannelFailure) -> any ChangeChannel

    /// Asks what has happened to a subscription made by `pull`.
    func poll(_ subscription: Subscription) async throws(SourceFailure) -> PollAnswer

    /// What the server tells through subscriptions made by `push`; one listener at a time, the newest.
    func arrivals() -> AsyncStream<PushArrival>
}

extension ChangeSource {
    /// Most servers look after all of them together, or find whom a request concerns by themselves.
    package func groupings(of mailboxes: [MailboxAddress]) async -> [MailboxAddress: String] { [:] }
}

/// How a server answered the wish to be told of a calendar.
package enum SubscriptionAnswer: Hashable, Sendable {
    case subscribed(Subscription)
    /// This mailbox cannot be subscribed to, others can.
    case refused(MailboxFailure)
    /// The server does not know this way of telling at all.
    case methodUnknown(Diagnosis)
}

/// How a server answered when asked for changes.
package enum PollAnswer: Hashable, Sendable {
    /// - Parameters:
    ///   - isChanged: whether anything happened.
    ///   - watermark: where to go on; `nil` where the server tells none.
    ///   - hasMore: whether to ask again at once.
    case answered(isChanged: Bool, watermark: String?, hasMore: Bool)
    /// The subscription is gone, and with it whatever it had still to tell.
    case lost
}

/// An open connection on which a server tells of changes. Has one reader; ends with the task that reads.
package protocol ChangeChannel: Sendable {
    /// What came next, not empty; `nil` where the server closed the channel in the orderly way, to be opened anew.
    func next() async throws(ChannelFailure) -> [ChannelNews]?
}

/// What comes over a channel.
package enum ChannelNews: Hashable, Sendable {
    /// The channel carries: the server said so, or said anything at all, such as a heartbeat.
    case alive
    /// The calendars behind these subscriptions may have changed.
    case changed([String])
    /// These subscriptions are gone, and with them whatever they had still to tell.
    case lost([String])
}

/// A channel could not be opened, or broke.
package struct ChannelFailure: ExplainedError, Hashable {
    /// Where the fault lies, which decides whether another method may do better.
    package enum Cause: Hashable, Sendable {
        /// The server cannot be asked anything now, or refuses.
        case server
        /// The server answers, and not with a channel: an error of its own, or of something that stands before it.
        case refused
        /// The account or the mailbox has as many channels as it may have.
        case limit
        /// The channel opened and did not carry, or did not even open while other requests are answered: nothing came
        /// for too long, or it broke off. A proxy that buffers looks like this.
        case silence
        /// What came could not be understood, or was larger than anything that makes sense.
        case malformed
    }

    package var cause: Cause
    package var diagnosis: Diagnosis
    package var retry: RetryAdvice

    package init(_ cause: Cause, _ diagnosis: Diagnosis, retry: RetryAdvice) {
        self.cause = cause
        self.diagnosis = diagnosis
        self.retry = retry
    }
}

/// What a server told through a subscription made by `push`.
package struct PushArrival: Hashable, Sendable {
    package var mailbox: MailboxAddress
    package var callbackToken: String
    package var news: News

    /// What was told.
    package enum News: Hashable, Sendable {
        /// Nothing happened; the server can reach us.
        case alive
        case changed
        /// The subscription is gone.
        case lost
    }

    package init(mailbox: MailboxAddress, callbackToken: String, news: News) {
        self.mailbox = mailbox
        self.callbackToken = callbackToken
        self.news = news
    }
}
