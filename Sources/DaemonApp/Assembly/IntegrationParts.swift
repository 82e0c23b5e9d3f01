import Availability
import ConfigurationFile
import Exchange
import Foundation
import Logging
import PresenceEngine

/// What a configuration asks for, built and not yet running. Building may fail and touches nothing.
struct IntegrationParts: Sendable {
    /// With everything as it was switched by hand.
    var configuration: Configuration
    /// Those that are enabled, in the order of the file.
    var connectors: [ConnectorPart]
    var hooks: [HookPart]
    /// For connectors that are told of changes by `push`: one for each address, and whom it is for.
    var callbacks: [(listener: CallbackListener, inboxes: [PushInbox])]

    /// - Parameters:
    ///   - before: what of it is wanted as it is goes on.
    ///   - publications: where hooks that publish keep what servers hold for them.
    /// - Throws: `PasswordError`, `SigningKeyError`, `CertificateMistake`, `EndpointMistake` or `CallbackFailure`,
    ///   which only another configuration mends.
    init(
        _ configuration: Configuration,
        before: IntegrationParts?,
        publications: any PublicationStore,
        in surroundings: Surroundings
    ) throws {
        self.configuration = configuration
        connectors = try configuration.connectors.filter(\.isEnabled).map { options in
            let part = try ConnectorPart(options, in: surroundings)
            return before?.connectors.first { $0.isSame(as: part) } ?? part
        }
        callbacks = try Self.callbacks(of: connectors, before: before, logger: surroundings.logger)
        hooks = try configuration.hooks.map { options in
            let part = try HookPart(options, publications: publications, in: surroundings)
            return part.keeping(before?.hooks.first { $0.options.name == options.name })
        }
    }

    var sources: [EWSConnector] { connectors.map(\.source) }

    /// What the engine is made of.
    func engineSetup(store: any SubscriptionStore) -> EngineSetup {
        EngineSetup(
            sources: sources,
            notifications: NotificationSetup(
                sources: connectors.map { NotificationSetup.Source($0.source, options: .init($0.options)) },
                store: store
            ),
            replies: replySetup,
            hooks: hooks.map(\.registration),
            rules: configuration.presence,
            lookaheadDays: configuration.scan.lookaheadDays,
            scanInterval: configuration.scan.interval,
            reconcileInterval: configuration.scan.reconcile
        )
    }

    /// One port for all connectors that share its address.
    private static func callbacks(
        of connectors: [ConnectorPart],
        before: IntegrationParts?,
        logger: Logger
    ) throws(CallbackFailure) -> [(listener: CallbackListener, inboxes: [PushInbox])] {
        var wanted: [ListenAddress: (identity: CallbackOptions.Identity?, inboxes: [PushInbox])] = [:]
        for connector in connectors {
            guard let callback = connector.options.callback, let inbox = connector.inbox else { continue }
            wanted[callback.listen, default: (callback.identity, [])].inboxes.append(inbox)
        }
        var callbacks: [(listener: CallbackListener, inboxes: [PushInbox])] = []
        for (address, callback) in wanted {
            let fingerprint = CallbackListener.fingerprint(of: callback.identity)
            let running = before?.callbacks.map(\.listener).first {
                $0.listen == address && $0.fingerprint == fingerprint
            }
            let listener =
                if let running { running } else {
                    try CallbackListener(
                        address,
                        identity: callback.identity,
                        inboxes: callback.inboxes,
                        logger: logger
                    )
                }
            callbacks.append((listener, callback.inboxes))
        }
        return callbacks
    }
}

extension ConnectorSubscriber.Options {
    fileprivate init(_ options: ConnectorOptions) {
        var tempo = SubscriptionTempo(pollInterval: options.pollInterval)
        if let callback = options.callback { tempo.pushSilence = Double(callback.statusFrequencyInMinutes) * 120 }
        self.init(tempo: tempo, concurrency: options.concurrency)
    }
}
