import Availability
import ConfigurationFile
import Foundation
import HTTPTransport
import Logging
import PresenceEngine
import ServiceLifecycle
import Store

/// The daemon from start to end, in one call: `run` returns when it has stopped. It never ends the process.
package struct Daemon: Sendable {
    /// What an administrator asks for by signal.
    package enum Command: Sendable {
        case forceNow
        case reload
        case stop
    }

    /// How a run ended.
    package enum Ending: Hashable, Sendable {
        case stopped
        /// Each line `FILE:LINE:COLUMN: what is wrong`, or what else keeps the configuration from being used.
        case badConfiguration([String])
        case failed(String)
    }

    let configurationPath: String
    let environment: [String: String]
    let output: LogOutput
    private let eventLog: EventLog
    let notifier = ServiceNotifier()

    /// - Parameters:
    ///   - configurationPath: read at the start and again at every reload.
    ///   - environment: of the process; `$STATE_DIRECTORY` and `$CREDENTIALS_DIRECTORY` of systemd are honoured.
    package init(configurationPath: String, environment: [String: String], output: LogOutput) {
        self.configurationPath = configurationPath
        self.environment = environment
        self.output = output
        eventLog = EventLog(output.buffer, logger: output.logger(label: "freebusyd"))
    }

    /// Runs until `commands` says stop, or ends, or something fails that the daemon cannot live without.
    package func run(commands: AsyncStream<Command>) async -> Ending {
        let ending = await runToTheEnd(commands)
        await eventLog.close()
        return ending
    }

    private func runToTheEnd(_ commands: AsyncStream<Command>) async -> Ending {
        do {
            let configuration = try loadConfiguration()
            output.level = configuration.service.logLevel.level
            return try await run(configuration, commands: commands)
        } catch let errors as ConfigurationErrors {
            for mistake in errors.mistakes { output.writeEnding("\(mistake)", metadata: mistake.metadata) }
            return .badConfiguration(errors.mistakes.map(\.description))
        } catch let error as any ExplainedError where error is PasswordError || error is CertificateMistake {
            output.writeEnding(error)
            return .badConfiguration(["\(configurationPath): \(error.diagnosis.summary) \(error.diagnosis.remedy)"])
        } catch {
            tellEnding(error)
            return .failed(Self.explanation(of: error))
        }
    }

    private func tellEnding(_ error: any Error) {
        if let error = error as? any ExplainedError {
            output.writeEnding(error)
        } else {
            output.writeEnding("\(error)", metadata: ["event": "failed"])
        }
    }

    private static func explanation(of error: any Error) -> String {
        (error as? any ExplainedError).map { "\($0.diagnosis.summary) \($0.diagnosis.remedy)" } ?? "\(error)"
    }

    private func run(_ configuration: Configuration, commands: AsyncStream<Command>) async throws -> Ending {
        let logger = output.logger(label: "freebusyd")
        tellWarnings(of: configuration, logger)
        let feed = PresenceFeed()
        let scheduler = DispatchScheduler { [notifier, eventLog] in
            notifier.feedWatchdog()
            feed.beat()
            eventLog.beat()
        }
        let database = try openDatabase(configuration, scheduler: scheduler, logger: logger)
        let meters = Meters()
        output.tellRepetitions(by: scheduler)
        await eventLog.open(database, scheduler: scheduler)
        let integration = Integration(
            in: IntegrationSurroundings(
                database: database,
                feed: feed,
                parts: Surroundings(
                    scheduler: scheduler,
                    meters: meters,
                    client: HTTPClient(),
                    credentialsDirectory: environment["CREDENTIALS_DIRECTORY"],
                    logger: logger
                )
            )
        )
        let directory = ControlDirectory(database: database, clock: scheduler)
        let scrape = Scrape(meters: meters, database: database, process: ProcessReport(now: scheduler.now))
        let policy = AccessPolicy(try accessRule(configuration))
        let servers = try DaemonServers(
            configuration,
            routes: ControlRoutes(
                integration: integration,
                directory: directory,
                feed: feed,
                scrape: scrape,
                eventLog: eventLog,
                policy: policy
            )
        )
        let answering = try servers.services(logger: logger) { [notifier] in
            notifier.ready("Running; `freebusyctl status` tells more")
        }
        try await integration.run(configuration)
        let services = ServiceGroup(configuration: Self.groupConfiguration(answering))
        let ending = await withTaskGroup(of: Ending?.self) { group in
            group.addTask {
                do {
                    try await services.run()
                    return nil
                } catch {
                    tellEnding(error)
                    return .failed(Self.explanation(of: error))
                }
            }
            group.addTask {
                await obey(
                    commands,
                    startedWith: configuration,
                    integration: integration,
                    policy: policy,
                    logger: logger
                )
                return .stopped
            }
            // Whichever ends first ends the daemon: without its control socket it would be blind and deaf.
            let first = await group.next() ?? nil
            notifier.stopping()
            logger.notice("Stopping", metadata: ["event": "stopping"])
            // So that whoever follows hears of it before the stream ends.
            await eventLog.flush()
            feed.close()
            await integration.stop()
            await services.triggerGracefulShutdown()
            // The server ends by itself once its answers are out; only waiting for commands must be called off.
            if first != .stopped { group.cancelAll() }
            await group.waitForAll()
            return first ?? .stopped
        }
        output.finishRepetitions()
        logger.notice("Stopped", metadata: ["event": "stopped"])
        await eventLog.close()
        try database.close()
        return ending
    }

    private func obey(
        _ commands: AsyncStream<Command>,
        startedWith start: Configuration,
        integration: Integration,
        policy: AccessPolicy,
        logger: Logger
    ) async {
        for await command in commands {
            switch command {
            case .forceNow: await forceNow(integration)
            case .reload: await reload(integration, policy, startedWith: start, logger: logger)
            case .stop: return
            }
        }
    }

    private func forceNow(_ integration: Integration) async {
        // Nobody watches the progress of a signal; what it brings about is in the log.
        _ = try? await integration.force(nil)
    }

    private func openDatabase(
        _ configuration: Configuration,
        scheduler: any Scheduler,
        logger: Logger
    ) throws -> PresenceDatabase {
        let outcome = try PresenceDatabase.open(
            path: configuration.databasePath(environment: environment),
            at: scheduler.now
        )
        if let setAside = outcome.setAside {
            let damage = Diagnosis.databaseSetAside(as: setAside)
            logger.error(
                "\(damage.summary) \(damage.remedy)",
                metadata: ["diagnosis": .stringConvertible(damage)]
            )
        }
        return outcome.database
    }

    /// Whoever still holds a connection after five seconds is cut off.
    private static func groupConfiguration(_ services: [any Service]) -> ServiceGroupConfiguration {
        var configuration = ServiceGroupConfiguration(
            services: services,
            logger: Logger(label: "freebusyd.services") { _ in SwiftLogNoOpLogHandler() }
        )
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        return configuration
    }
}
