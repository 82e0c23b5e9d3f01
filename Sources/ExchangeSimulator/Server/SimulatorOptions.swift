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
    package var heartbeatSeconds = 45
    /// Subscriptions charged to one mailbox.
    package var subscriptionsPerMailbox = 20
    /// Seconds that a streaming subscription lives without a stream.
    package var subscriptionSeconds = 1800
    /// How many servers share the work; a subscription is known to one of them.
    package var backEnds = 1

    package init() {}

    /// What subscribers are allowed; 2013 lets an account keep fewer streams open than the others.
    var notificationLimits: NotificationLimits {
        NotificationLimits(
            heartbeat: .seconds(heartbeatSeconds),
            subscriptionsPerMailbox: subscriptionsPerMailbox,
            hangingConnections: product == .exchange2013 ? 3 : 10,
            unusedLifetime: .seconds(subscriptionSeconds)
        )
    }
}
