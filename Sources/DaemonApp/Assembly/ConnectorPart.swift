import Availability
import ConfigurationFile
import Exchange
import HTTPTransport

/// A connector that was built, and what it was built from.
struct ConnectorPart: Sendable {
    let source: EWSConnector
    let options: ConnectorOptions
    /// Where calls of the server arrive, with `push`.
    let inbox: PushInbox?
    private let password: String

    /// - Throws: `PasswordError` or `EndpointMistake`.
    init(_ options: ConnectorOptions, in surroundings: Surroundings) throws {
        let password = try options.password.readPassword(credentialsDirectory: surroundings.credentialsDirectory)
        var connector = try EWSConnectorOptions(options, password: Secret(password))
        let inbox = options.callback.map { _ in PushInbox() }
        if let callback = options.callback, let inbox {
            connector.push = PushOptions(
                callbackURL: callback.url,
                statusFrequencyInMinutes: callback.statusFrequencyInMinutes,
                inbox: inbox
            )
        }
        source = EWSConnector(
            connector,
            http: surroundings.client,
            logger: surroundings.logger,
            clock: surroundings.scheduler,
            meter: surroundings.meters
        )
        self.options = options
        self.inbox = inbox
        self.password = password
    }

    /// Whether a connector that is built anew would be the same: then the one that runs goes on, with its connections and
    /// what it knows of the server. Whom it serves is no part of it.
    func isSame(as other: ConnectorPart) -> Bool {
        password == other.password && options.withoutUsers == other.options.withoutUsers
    }
}

extension ConnectorOptions {
    fileprivate var withoutUsers: ConnectorOptions {
        var options = self
        options.mailDomains = []
        return options
    }
}

extension EWSConnectorOptions {
    fileprivate init(_ options: ConnectorOptions, password: Secret) throws(EndpointMistake) {
        var limits = Limits(concurrency: options.concurrency)
        limits.transfer.firstByte = options.requestTimeout
        limits.transfer.whole = options.requestTimeout * 2
        self.init(
            name: options.name,
            endpoint: try EWSEndpoint(url: options.ewsURL),
            user: options.login,
            password: password,
            accountAddress: options.ownAddress,
            access: options.access == .impersonation ? .impersonation : .delegate,
            caFile: options.caFile,
            limits: limits
        )
        notificationMethods = options.notification.methods
        streamSilence = options.streamSilence
        // Twice as long as between two askings, within what Exchange takes, so that none finds its subscription gone.
        pullTimeoutInMinutes = min(1_440, max(30, Int((options.pollInterval / 30).rounded(.up))))
        firstEnvelope = min(firstEnvelope, options.streamSilence)
    }
}
