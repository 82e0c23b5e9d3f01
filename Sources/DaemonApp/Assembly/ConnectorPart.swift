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
    let secrets: ConnectorSecrets

    /// - Parameter endsAtFirstCall: see ``PushInbox``.
    /// - Throws: `PasswordError`, `CertificateMistake` or `EndpointMistake`.
    init(_ options: ConnectorOptions, in surroundings: Surroundings, endsAtFirstCall: Bool = false) throws {
        let secrets = try ConnectorSecrets(options, credentialsDirectory: surroundings.credentialsDirectory)
        let login = ConnectorLogin.login(options, secrets, in: surroundings)
        var connector = EWSConnectorOptions(
            options,
            place: try ConnectorPlace.place(options, login: login, in: surroundings),
            login: login
        )
        let inbox = options.callback.map { _ in PushInbox(endsAtFirstCall: endsAtFirstCall) }
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
        self.secrets = secrets
    }

    /// Whether a connector that is built anew would be the same: then the one that runs goes on, with its connections and
    /// what it knows of the server. Whom it serves is no part of it.
    func isSame(as other: ConnectorPart) -> Bool {
        secrets == other.secrets && options.withoutUsers == other.options.withoutUsers
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
    fileprivate init(_ options: ConnectorOptions, place: any EWSPlace, login: any EWSLogin) {
        var limits = Limits(concurrency: options.concurrency)
        limits.transfer.firstByte = options.requestTimeout
        limits.transfer.whole = options.requestTimeout * 2
        self.init(
            name: options.name,
            place: place,
            login: login,
            accountAddress: options.ownAddress,
            access: options.access == .impersonation ? .impersonation : .delegate,
            trust: options.trust,
            limits: limits
        )
        notificationMethods = options.notification.methods
        streamSilence = options.streamSilence
        // Twice as long as between two askings, within what Exchange takes, so that none finds its subscription gone.
        pullTimeoutInMinutes = min(1_440, max(30, Int((options.pollInterval / 30).rounded(.up))))
        firstEnvelope = min(firstEnvelope, options.streamSilence)
    }
}
