import Availability
import ConfigurationFile
import Exchange
import Foundation
import HTTPTransport
import Hooks
import Logging
import PresenceEngine

/// What a configuration asks for, built and not yet running. Building may fail and touches nothing.
struct IntegrationParts: Sendable {
    var configuration: Configuration
    var sources: [EWSConnector]
    var hooks: [any PresenceHook]
    /// For connectors that are told of changes by `push`: one for each address.
    var listeners: [CallbackListener]

    /// - Parameter credentialsDirectory: `$CREDENTIALS_DIRECTORY`, where systemd lays the unit's credentials.
    /// - Throws: `PasswordError`, `EndpointMistake` or `CallbackFailure`, which only another configuration mends.
    init(
        _ configuration: Configuration,
        client: HTTPClient,
        scheduler: any Scheduler,
        credentialsDirectory: String?,
        logger: Logger
    ) throws {
        self.configuration = configuration
        sources = []
        var callbacks: [ListenAddress: (identity: CallbackOptions.Identity?, inboxes: [PushInbox])] = [:]
        for options in configuration.connectors where options.isEnabled {
            let password = try options.password.readPassword(credentialsDirectory: credentialsDirectory)
            var connector = try EWSConnectorOptions(options, password: Secret(password))
            if let callback = options.callback {
                let inbox = PushInbox()
                connector.push = PushOptions(
                    callbackURL: callback.url,
                    statusFrequencyInMinutes: callback.statusFrequencyInMinutes,
                    inbox: inbox
                )
                callbacks[callback.listen, default: (callback.identity, [])].inboxes.append(inbox)
            }
            sources.append(EWSConnector(connector, http: client, logger: logger, clock: scheduler))
        }
        listeners = try callbacks.map { address, callback in
            try CallbackListener(address, identity: callback.identity, inboxes: callback.inboxes, logger: logger)
        }
        hooks = configuration.hooks.map { options in
            switch options.action {
            case .exec(let command):
                ExecHook(
                    name: options.name,
                    options: ExecHook.Options(
                        program: command.first ?? "",
                        arguments: Array(command.dropFirst()),
                        timeLimit: options.timeout,
                        concurrencyLimit: options.concurrency
                    ),
                    scheduler: scheduler,
                    logger: logger
                )
            }
        }
    }

    /// What the engine is made of.
    func engineSetup(store: any SubscriptionStore) -> EngineSetup {
        let options = Dictionary(uniqueKeysWithValues: configuration.connectors.map { ($0.name, $0) })
        let notifying = sources.compactMap { source in
            options[source.name].map { NotificationSetup.Source(source, options: .init($0)) }
        }
        return EngineSetup(
            sources: sources,
            notifications: NotificationSetup(sources: notifying, store: store),
            hooks: hooks.map(\.name),
            rules: configuration.presence,
            lookaheadDays: configuration.scan.lookaheadDays,
            scanInterval: configuration.scan.interval,
            reconcileInterval: configuration.scan.reconcile
        )
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

extension ConnectorSubscriber.Options {
    fileprivate init(_ options: ConnectorOptions) {
        var tempo = SubscriptionTempo(pollInterval: options.pollInterval)
        if let callback = options.callback { tempo.pushSilence = Double(callback.statusFrequencyInMinutes) * 120 }
        self.init(tempo: tempo, concurrency: options.concurrency)
    }
}
