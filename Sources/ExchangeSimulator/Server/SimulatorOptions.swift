/// What a simulated server is made of.
package struct SimulatorOptions: Sendable {
    /// Where clients connect.
    package enum Transport: Sendable {
        /// HTTP without encryption, for this machine only.
        case plain
        /// HTTPS with a certificate chain and its key, both PEM files.
        case tls(certificate: String, privateKey: String)
    }

    package var host = "127.0.0.1"
    /// 0 lets the system choose.
    package var port = 0
    package var transport = Transport.plain
    package var product = ExchangeProduct.subscriptionEdition
    /// The service account; it may impersonate every mailbox until told otherwise.
    package var username = "service@example.com"
    package var password = "secret"
    /// A folder of `.ics` files.
    package var calendars: String?
    package var shift = WeekShift.weeks(0)
    /// How many made-up mailboxes there are beside those of the folder.
    package var syntheticMailboxes = 0
    /// How many appointments each of them has.
    package var syntheticAppointments = 20

    /// Seconds between the StatusEvents of a stream that has nothing to say.
    package var heartbeatSeconds = 45.0
    /// Subscriptions charged to one mailbox.
    package var subscriptionsPerMailbox = 20
    /// Seconds that a streaming subscription lives without a stream.
    package var subscriptionSeconds = 1800.0
    /// Seconds before a push that failed is tried again for the first time.
    package var pushRetrySeconds = 30.0
    /// How many seconds a minute of Timeout, ConnectionTimeout and StatusFrequency has.
    package var minuteSeconds = 60.0
    /// A PEM file with the authorities whose certificates push clients may show, instead of the system's.
    package var callbackAuthority: String?
    /// How many servers share the work; a subscription is known to one of them.
    package var backEnds = 1

    package init() {}

    /// What subscribers are allowed.
    var notificationLimits: NotificationLimits {
        NotificationLimits(
            heartbeat: .seconds(heartbeatSeconds),
            subscriptionsPerMailbox: subscriptionsPerMailbox,
            hangingConnections: product.hangingConnections,
            unusedLifetime: .seconds(subscriptionSeconds),
            pushRetry: .seconds(pushRetrySeconds),
            minute: .seconds(minuteSeconds)
        )
    }
}
