import Availability
import ConfigurationFile
import ControlAPI
import Exchange
import Foundation
import HTTPTransport
import Hooks
import Logging
import PresenceEngine
import SerialQueue
import Store

/// The running integration: one engine and one dispatcher of the hooks, made from one configuration.
///
/// A reload builds everything that can fail first, then exchanges the whole; a configuration that does not hold
/// changes nothing.
actor Integration {
    private struct Running {
        var parts: IntegrationParts
        var engine: PresenceEngine
        var dispatcher: HookDispatcher
    }

    private let serial = SerialQueue(label: "freebusyd.integration", qos: .userInitiated)
    private let database: PresenceDatabase
    private let scheduler: any Scheduler
    private let feed: PresenceFeed
    private let client: HTTPClient
    private let credentialsDirectory: String?
    private let logger: Logger
    private let startedAt: Date
    private var running: Running?
    /// The rules in force.
    private(set) var rules = PresenceRules()

    init(
        database: PresenceDatabase,
        scheduler: any Scheduler,
        feed: PresenceFeed,
        client: HTTPClient = HTTPClient(),
        credentialsDirectory: String?,
        logger: Logger
    ) {
        self.database = database
        self.scheduler = scheduler
        self.feed = feed
        self.client = client
        self.credentialsDirectory = credentialsDirectory
        self.logger = logger
        startedAt = scheduler.now.wholeSecond
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// Runs what `configuration` says, in place of what ran before.
    ///
    /// - Throws: an ``ExplainedError`` where it cannot be; then everything is as it was.
    func run(_ configuration: Configuration) async throws {
        let parts = try IntegrationParts(
            configuration,
            client: client,
            scheduler: scheduler,
            credentialsDirectory: credentialsDirectory,
            logger: logger
        )
        try await sync(parts)
        await stopRunning()
        try await start(parts)
    }

    /// Ends all work in an orderly way.
    func stop() async {
        await stopRunning()
        await client.shutDown()
    }

    /// Reads these users now, or all.
    func force(_ mailboxes: [MailboxAddress]?) async throws -> AsyncStream<ForceProgress> {
        guard let running else { throw ControlProblem.notRunning }
        return await running.engine.force(mailboxes)
    }

    func status() async throws -> StatusReply {
        guard let running else { throw ControlProblem.notRunning }
        let report = StatusReport(
            configuration: running.parts.configuration,
            engine: await running.engine.status(),
            scan: try await database.latestScan(),
            counts: try await database.counts(at: scheduler.now, staleAfter: rules.staleAfter),
            hooks: try await database.statistics(),
            startedAt: startedAt
        )
        return report.reply
    }

    /// Makes the stored users and hooks those of the configuration.
    private func sync(_ parts: IntegrationParts) async throws {
        let users = parts.configuration.users
        let changes = try await database.syncUsers(users, at: scheduler.now)
        try await database.forgetHooks(except: parts.hooks.map(\.name))
        guard !changes.isEmpty else { return }
        logger.info(
            """
            Users: \(users.count) configured, \(changes.added.count) new, \(changes.changed.count) changed, \
            \(changes.removed.count) removed
            """
        )
    }

    private func start(_ parts: IntegrationParts) async throws {
        rules = parts.configuration.presence
        let dispatcher = HookDispatcher(hooks: parts.hooks, outbox: database, scheduler: scheduler, logger: logger)
        await dispatcher.start()
        let engine = PresenceEngine(
            parts.engineSetup,
            store: database,
            scheduler: scheduler,
            observer: IntegrationObserver(feed: feed, dispatcher: dispatcher, logger: logger),
            logger: logger
        )
        running = Running(parts: parts, engine: engine, dispatcher: dispatcher)
        logger.info("EWS is starting")
        for source in parts.sources {
            let server = await source.server()
            logger.info("EWS URL: \(server.url)", metadata: ["connector": "\(source.name)"])
        }
        if parts.sources.isEmpty {
            logger.warning(
                "No connector is enabled: no calendar will be read. Set up a [[connector]] table and reload.",
                metadata: ["diagnosis": "config.not-set-up"]
            )
        }
        try await engine.start()
    }

    private func stopRunning() async {
        guard let running else { return }
        self.running = nil
        await running.engine.stop()
        await running.dispatcher.stop()
    }
}
