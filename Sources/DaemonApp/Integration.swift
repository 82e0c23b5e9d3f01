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

/// The running integration: one engine and one dispatcher of the hooks, from the start to the stop, and what of the
/// configuration they run on.
actor Integration {
    /// What is to run.
    struct Plan {
        /// As it was read from the file.
        var file: Configuration
        /// With the members of groups and with moved users, without what was switched by hand.
        var configuration: Configuration
        var switches: Switches
        /// Whom another connector reads than that of the file.
        var moves: [MailboxAddress: MailboxSearch]
        var parts: IntegrationParts
    }

    /// What runs now.
    struct Running {
        var plan: Plan
        let engine: PresenceEngine
        let dispatcher: HookDispatcher
    }

    private let serial = SerialQueue(label: "freebusyd.integration", qos: .userInitiated)
    let surroundings: IntegrationSurroundings
    private let startedAt: Date
    var running: Running?
    let ports = CallbackPorts()
    private(set) lazy var groups = GroupRefresher(
        database: surroundings.database,
        scheduler: surroundings.scheduler,
        surroundings: GroupRefresher.Surroundings(
            sources: { [weak self] in await self?.running?.plan.parts.sources ?? [] },
            membersChanged: { [weak self] in try await self?.membersChanged() }
        ),
        logger: surroundings.logger
    )
    private(set) lazy var finder = MailboxFinder(
        database: surroundings.database,
        scheduler: surroundings.scheduler,
        surroundings: MailboxFinder.Surroundings(
            places: { [weak self] in await self?.places },
            movesChanged: { [weak self] in try await self?.movesChanged() }
        ),
        logger: surroundings.logger
    )
    /// Whether something is being changed, and who waits for his turn to.
    private var isChanging = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isStopped = false

    init(in surroundings: IntegrationSurroundings) {
        self.surroundings = surroundings
        startedAt = surroundings.scheduler.now.wholeSecond
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// The rules in force.
    var rules: PresenceRules { running?.plan.parts.configuration.presence ?? PresenceRules() }

    /// Ends all work in an orderly way.
    func stop() async {
        isStopped = true
        await groups.stop()
        await finder.stop()
        try? await inTurn {
            let running = running
            self.running = nil
            await running?.engine.stop()
            await ports.closeAll()
            await running?.dispatcher.stop()
            await surroundings.client.shutDown()
        }
    }

    /// Reads these users now, or all.
    func force(_ mailboxes: [MailboxAddress]?) async throws -> AsyncStream<ForceProgress> {
        guard let running else { throw ControlProblem.notRunning }
        await finder.allow(mailboxes)
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
            configuration: running.plan.parts.configuration,
            engine: await running.engine.status(),
            scan: try await surroundings.database.latestScan(),
            counts: try await surroundings.database.counts(
                at: surroundings.scheduler.now,
                staleAfter: rules.staleAfter
            ),
            hooks: try await surroundings.database.statistics(),
            targets: running.plan.parts.hookTargets,
            pauses: await running.dispatcher.pauses,
            groups: try await surroundings.database.groups(),
            startedAt: startedAt,
            now: surroundings.scheduler.now
        )
        return report.reply
    }

    /// One change after the other: each begins with what the one before it left.
    func inTurn<Outcome>(_ change: () async throws -> Outcome) async throws -> Outcome {
        if isChanging { await withCheckedContinuation { waiting.append($0) } }
        isChanging = true
        defer {
            // Whoever is next takes over without a moment in between, in which somebody else could begin.
            if waiting.isEmpty { isChanging = false } else { waiting.removeFirst().resume() }
        }
        return try await change()
    }

    /// Whether nothing may be changed any more.
    var isEnding: Bool { isStopped }
}
