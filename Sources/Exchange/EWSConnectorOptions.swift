package import Availability
package import EWSMessages
package import HTTPTransport

/// What an administrator sets for one connector to Exchange.
package struct EWSConnectorOptions: Sendable {
    /// How the account comes to what belongs to a mailbox alone.
    package enum Access: String, CaseIterable, Sendable {
        /// The account acts as the mailbox (`ApplicationImpersonation`).
        case impersonation
        /// The account acts as itself, with the rights that were given to it.
        case delegate
    }

    /// How much is asked for at once, and how long an answer may take.
    package struct Limits: Hashable, Sendable {
        /// Requests under way at once. Exchange allows an account 10 (2010) or 27.
        package var concurrency: Int
        /// Of one request and its answer.
        package var transfer: TransferLimits
        /// Of the XML in an answer.
        package var parser: ParserLimits

        package init(
            concurrency: Int = 4,
            transfer: TransferLimits = TransferLimits(bodyBytes: ParserLimits().bytes),
            parser: ParserLimits = ParserLimits()
        ) {
            self.concurrency = concurrency
            self.transfer = transfer
            self.parser = parser
        }
    }

    /// The connector's name, unique in the configuration.
    package var name: String
    package var place: any EWSPlace
    package var login: any EWSLogin
    /// The account's own mailbox, as the sender that mail tips are for; `nil` where it is not known.
    package var accountAddress: MailboxAddress?
    /// The schema version to begin with; the connector steps down by itself where a server does not know it. The default
    /// is the oldest that tells working elsewhere from busy.
    package var schemaVersion: ExchangeVersion
    /// For automatic replies and subscriptions; calendars are read with the account's own rights.
    package var access: Access
    /// Whose word is taken for who the server is.
    package var trust: TrustOptions
    /// Whether subjects and locations are asked for; those of private appointments are left out all the same.
    package var readsDetails: Bool
    package var limits: Limits
    /// How changes are to be told, the preferred way first; none where nothing is to be subscribed to.
    package var notificationMethods: [NotificationMethod]
    /// Seconds without a byte after which a stream is dead. Exchange says something every 45 seconds; the default waits
    /// for two of these.
    package var streamSilence: Double
    /// Seconds that the header of a stream may take, and after it the first byte of the first envelope.
    package var firstEnvelope: Double
    /// Minutes without a question after which the server may forget a subscription that is polled, 1 to 1,440.
    package var pullTimeoutInMinutes: Int
    /// What the method `push` needs, which is not offered without.
    package var push: PushOptions?

    package init(
        name: String,
        place: any EWSPlace,
        login: any EWSLogin,
        accountAddress: MailboxAddress? = nil,
        schemaVersion: ExchangeVersion = .exchange2013,
        access: Access = .impersonation,
        trust: TrustOptions = TrustOptions(),
        readsDetails: Bool = false,
        limits: Limits = Limits(),
        notificationMethods: [NotificationMethod] = [],
        streamSilence: Double = 100,
        firstEnvelope: Double = 30,
        pullTimeoutInMinutes: Int = 30,
        push: PushOptions? = nil
    ) {
        self.name = name
        self.place = place
        self.login = login
        self.accountAddress = accountAddress
        self.schemaVersion = schemaVersion
        self.access = access
        self.trust = trust
        self.readsDetails = readsDetails
        self.limits = limits
        self.notificationMethods = notificationMethods
        self.streamSilence = streamSilence
        self.firstEnvelope = firstEnvelope
        self.pullTimeoutInMinutes = pullTimeoutInMinutes
        self.push = push
    }
}
