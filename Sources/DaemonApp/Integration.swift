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
    }

    private static let startDeadline = "integration start"

    private let serial = SerialQueue(label: "freebusyd.integration", qos: .userInitiated)
    private let database: PresenceDatabase
    private let scheduler: any Scheduler
    private let feed: PresenceFeed
    private let client: HTTPClient
    private let credentialsDirectory: String?
    private let logger: Logger
    private let startedAt: Date
    private var running: Running?
    private var dispatcher: HookDispatcher?
    /// The ports that Exchange calls.
    private var listeners: [CallbackListener] = []
    /// Set while deliveries of a former configuration still go out.
    private var handover: Task<Void, Never>?
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
    /// - Throws: an ``ExplainedError`` where it cannot be; then what ran before goes on.
    func run(_ configuration: Configuration) async throws {
        let parts = try IntegrationParts(
            configuration,
            client: client,
            scheduler: scheduler,
            credentialsDirectory: credentialsDirectory,
            logger: logger
        )
        let before = running?.parts
        await stopEngine()
        do {
            try await listen(parts)
            try await sync(parts)
            try await start(parts)
        } catch {
            await stopListening()
            guard let before else { throw error }
            await startOrTryAgain(before)
            throw error
        }
    }

    /// Ends all work in an orderly way.
    func stop() async {
        scheduler.cancel(Self.startDeadline)
        await stopEngine()
        await stopListening()
        await handover?.value
        await dispatcher?.stop()
        await client.shutDown()
    }

    /// Reads these users now, or all.
    func force(_ mailboxes: [MailboxAddress]?) async throws -> AsyncStream<ForceProgress> {
        guard let running else { throw ControlProblem.notRunning }
        return await running.engine.force(mailboxes)
    }

    /// Shows `override` of a user from now on; `nil` takes back what was set.
    func setOverride(_ override: PresenceOverride?, of mailbox: MailboxAddress) async throws {
        guard let running, try await running.engine.setOverride(override, of: mailbox) else {
            throw ControlProblem.notRunning
        }
    }

    /// What tells of the changes of `mailbox` now.
    func subscription(of mailbox: MailboxAddress) async -> Subscription? {
        await running?.engine.subscription(of: mailbox)
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
        let staleAfter = parts.configuration.presence.staleAfter
        try await database.syncHooks(parts.hooks.map(\.name), at: scheduler.now, staleAfter: staleAfter)
        guard !changes.isEmpty else { return }
        logger.info(
            """
            Users: \(users.count) configured, \(changes.added.count) new, \(changes.changed.count) changed, \
            \(changes.removed.count) removed
            """
        )
    }

    /// Opens the ports that Exchange calls, in place of those that were open before.
    private func listen(_ parts: IntegrationParts) async throws(CallbackFailure) {
        await stopListening()
        for listener in parts.listeners {
            try await listener.start()
            listeners.append(listener)
        }
    }

    private func stopListening() async {
        for listener in listeners { await listener.stop() }
        listeners = []
    }

    private func start(_ parts: IntegrationParts) async throws(StoreFailure) {
        rules = parts.configuration.presence
        let dispatcher = HookDispatcher(hooks: parts.hooks, outbox: database, scheduler: scheduler, logger: logger)
        let engine = PresenceEngine(
            parts.engineSetup(store: database),
            store: database,
            scheduler: scheduler,
            observer: IntegrationObserver(feed: feed, dispatcher: dispatcher, logger: logger),
            logger: logger
        )
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
        running = Running(parts: parts, engine: engine)
        handOver(to: dispatcher)
    }

    /// A slow hook may keep a delivery under way for minutes. Presences do not wait for it: only the deliveries of the
    /// new dispatcher do, so that each user's stay in order.
    private func handOver(to next: HookDispatcher) {
        let former = dispatcher
        let earlier = handover
        dispatcher = next
        handover = Task {
            await earlier?.value
            await former?.stop()
            await next.start()
        }
    }

    /// For a database that fails for a while: nothing can be written, but nothing must stay dead either.
    private func startOrTryAgain(_ parts: IntegrationParts) async {
        do {
            if listeners.isEmpty { try await listen(parts) }
            try await start(parts)
        } catch {
            let diagnosis = (error as? any ExplainedError)?.diagnosis
            logger.error("\(diagnosis.map { "\($0.summary) \($0.remedy)" } ?? "\(error)")")
            scheduler.schedule(Self.startDeadline, at: scheduler.now + 5) { [weak self] in
                await self?.startOrTryAgain(parts)
            }
        }
    }

    private func stopEngine() async {
        scheduler.cancel(Self.startDeadline)
        guard let running else { return }
        self.running = nil
        await running.engine.stop()
    }
}
