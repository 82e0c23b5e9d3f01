import Availability
import ConfigurationFile
import Foundation
import Logging

/// The configuration: read at the start, and again at every reload.
extension Daemon {
    func reload(
        _ integration: Integration,
        _ policy: AccessPolicy,
        startedWith start: Configuration,
        logger: Logger
    ) async {
        notifier.reloading()
        var status = "Running with the old configuration: the new one could not be used, see the log"
        defer { notifier.ready(status) }
        do {
            let configuration = try loadConfiguration()
            let rule = try accessRule(configuration)
            try await integration.run(configuration)
            policy.replace(with: rule)
            output.level = configuration.service.logLevel.level
            tellWarnings(of: configuration, logger)
            logger.notice("Configuration reloaded", metadata: ["event": "configuration-reloaded"])
            status = "Running with the reloaded configuration; `freebusyctl status` tells more"
            if configuration.needsRestart(after: start) {
                logger.warning(
                    """
                    A changed state_directory or control_socket, listen or tls takes effect at the next restart only
                    """,
                    metadata: ["event": "restart-needed"]
                )
            }
        } catch let errors as ConfigurationErrors {
            for mistake in errors.mistakes { logger.error("\(mistake)", metadata: mistake.metadata) }
            logger.error(
                "The configuration has mistakes: nothing was changed, the old one stays in force.",
                metadata: ["event": "configuration-refused"]
            )
        } catch let error as any ExplainedError {
            logger.error(
                "\(error.diagnosis.summary) \(error.diagnosis.remedy) The old configuration stays in force.",
                metadata: ["diagnosis": .stringConvertible(error.diagnosis)]
            )
        } catch {
            logger.error(
                "The configuration could not be reloaded (\(error)).",
                metadata: ["event": "configuration-refused"]
            )
        }
    }

    /// What is wrong with the file of users, and left out.
    func tellWarnings(of configuration: Configuration, _ logger: Logger) {
        for warning in configuration.warnings {
            logger.warning("\(warning)", metadata: warning.metadata)
        }
    }

    func loadConfiguration() throws(ConfigurationErrors) -> Configuration {
        let environment = ConfigurationEnvironment.daemon(credentialsDirectory: environment["CREDENTIALS_DIRECTORY"])
        return try Configuration.load(path: configurationPath, environment: environment)
    }

    /// Who may do what by this configuration.
    func accessRule(_ configuration: Configuration) throws(TokenError) -> AccessRule {
        try AccessRule(
            configuration,
            daemonUser: geteuid(),
            credentialsDirectory: environment["CREDENTIALS_DIRECTORY"]
        )
    }
}

extension ConfigurationMistake {
    /// Two of the same kind in two places are two mistakes, both of which are told.
    var metadata: Logger.Metadata {
        ["diagnosis": .stringConvertible(explanation), "place": "\(file):\(line):\(column)"]
    }
}

extension Configuration {
    /// Whether something is different from `start` that is only looked at when the daemon starts.
    fileprivate func needsRestart(after start: Configuration) -> Bool {
        service.stateDirectory != start.service.stateDirectory || service.controlSocket != start.service.controlSocket
            || http.listen != start.http.listen || http.identity != start.http.identity
    }
}

extension LogLevel {
    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
