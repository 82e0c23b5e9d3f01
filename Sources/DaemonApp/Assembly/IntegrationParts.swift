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

    /// - Parameter credentialsDirectory: `$CREDENTIALS_DIRECTORY`, where systemd lays the unit's credentials.
    /// - Throws: `PasswordError` or `EndpointMistake`, which only another configuration mends.
    init(
        _ configuration: Configuration,
        client: HTTPClient,
        scheduler: any Scheduler,
        credentialsDirectory: String?,
        logger: Logger
    ) throws {
        self.configuration = configuration
        sources = []
        for options in configuration.connectors where options.isEnabled {
            let password = try options.password.readPassword(credentialsDirectory: credentialsDirectory)
            let connector = try EWSConnectorOptions(options, password: Secret(password))
            sources.append(EWSConnector(connector, http: client, logger: logger))
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
    var engineSetup: EngineSetup {
        EngineSetup(
            sources: sources,
            hooks: hooks.map(\.name),
            rules: configuration.presence,
            lookaheadDays: configuration.scan.lookaheadDays,
            scanInterval: configuration.scan.interval
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
    }
}
