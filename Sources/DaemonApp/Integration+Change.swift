import Availability
import ConfigurationFile
import Exchange
import Foundation
import Hooks
import Logging
import PresenceEngine
import Store

/// What the integration runs on, and how that is changed: all that can fail is done before anything is, and whatever
/// stays as it was goes on undisturbed.
extension Integration {
    /// Runs what `configuration` says, with what was switched by hand; at first, and in place of what ran before.
    ///
    /// - Throws: an ``ExplainedError`` where it cannot be; then what ran before goes on.
    func run(_ configuration: Configuration) async throws {
        try await inTurn {
            let switches =
                if let running { running.switches } else {
                    Switches(stored: try await surroundings.database.switches())
                }
            try await apply(configuration, switches.needed(for: configuration))
        }
    }

    /// Switches the integration, a connector or a user on or off; that survives restarts.
    ///
    /// - Throws: a ``ControlProblem`` where there is no such connector, or an ``ExplainedError`` where it cannot be done;
    ///   then nothing has changed.
    func `switch`(_ target: Switches.Target, on isOn: Bool) async throws {
        try await inTurn {
            guard let running else { throw ControlProblem.notRunning }
            if case .connector(let name) = target,
                !running.configuration.connectors.contains(where: { $0.name == name })
            {
                throw ControlProblem.unknownConnector(name)
            }
            let switches = running.switches.setting(target, to: isOn, in: running.configuration)
            try await apply(running.configuration, switches)
            surroundings.logger.notice(
                "Switched \(isOn ? "on" : "off") by hand: \(target)",
                metadata: ["event": "switched"]
            )
        }
    }

    /// Why this user's calendar is not read; `nil` where it is.
    func switchedOff(_ user: User) -> SwitchedOff? {
        guard !user.isEnabled, let running else { return nil }
        let (switches, configuration) = (running.switches, running.configuration)
        if !switches.isOn(.integration, in: configuration) { return .integration }
        let connector = Switches.Target.connector(user.connector)
        if !switches.isOn(connector, in: configuration) {
            return .connector(user.connector, isByHand: switches.isByHand(connector))
        }
        return .user(isByHand: switches.isByHand(.user(user.address)))
    }

    private func apply(_ configuration: Configuration, _ switches: Switches) async throws {
        guard !isEnding else { throw ControlProblem.notRunning }
        let parts = try IntegrationParts(
            configuration.switched(by: switches),
            before: running?.parts,
            in: surroundings
        )
        let change = try await ports.open(parts.callbacks)
        do {
            try await start(parts, configuration, switches)
        } catch {
            await ports.undo(change)
            throw error
        }
        await ports.keep(change, parts.callbacks)
        surroundings.meters.show(
            connectors: parts.configuration.connectors.map(\.name),
            hooks: parts.hooks.map(\.name)
        )
    }

    private func start(_ parts: IntegrationParts, _ configuration: Configuration, _ switches: Switches) async throws {
        guard let before = running else { return try await startFirst(parts, configuration, switches) }
        tell(parts, before: before.parts)
        let changes = try await before.engine.change(
            to: parts.engineSetup(store: surroundings.database),
            users: parts.configuration.users
        ) { () async throws(StoreFailure) in
            try await self.write(parts, switches)
        }
        await before.dispatcher.change(to: parts.hooks)
        running?.configuration = configuration
        running?.switches = switches
        running?.parts = parts
        tell(changes, of: parts, before.dispatcher)
    }

    private func startFirst(
        _ parts: IntegrationParts,
        _ configuration: Configuration,
        _ switches: Switches
    ) async throws {
        let changes = try await write(parts, switches)
        let (database, logger) = (surroundings.database, surroundings.logger)
        let dispatcher = HookDispatcher(
            hooks: parts.hooks,
            outbox: database,
            scheduler: surroundings.scheduler,
            logger: logger,
            meter: surroundings.meters
        )
        let engine = PresenceEngine(
            parts.engineSetup(store: database),
            store: database,
            scheduler: surroundings.scheduler,
            observer: observer(dispatcher),
            logger: logger
        )
        logger.info("EWS is starting", metadata: ["event": "integration-starting"])
        tell(parts, before: nil)
        tell(changes, of: parts, dispatcher)
        try await engine.start()
        running = Running(
            configuration: configuration,
            switches: switches,
            parts: parts,
            engine: engine,
            dispatcher: dispatcher
        )
        await dispatcher.start()
    }

    private func observer(_ dispatcher: HookDispatcher) -> IntegrationObserver {
        IntegrationObserver(
            feed: surroundings.feed,
            dispatcher: dispatcher,
            meters: surroundings.meters,
            logger: surroundings.logger
        )
    }

    /// Makes the stored users and hooks those of the configuration, and remembers what was switched.
    private func write(_ parts: IntegrationParts, _ switches: Switches) async throws(StoreFailure) -> UserChanges {
        let roster = Roster(
            users: parts.configuration.users,
            hooks: parts.hooks.map(\.name),
            switches: switches.stored
        )
        return try await surroundings.database.sync(
            roster,
            at: surroundings.scheduler.now,
            staleAfter: parts.configuration.presence.staleAfter
        )
    }

    private func tell(_ parts: IntegrationParts, before: IntegrationParts?) {
        for part in parts.connectors where before?.connectors.contains(where: { $0.source === part.source }) != true {
            surroundings.logger.info(
                "EWS URL: \(part.options.ewsURL)",
                metadata: ["event": "ews-url", "connector": "\(part.options.name)"]
            )
        }
        if parts.connectors.isEmpty {
            surroundings.logger.warning(
                "No connector is enabled: no calendar will be read. Set up a [[connector]] table and reload.",
                metadata: ["diagnosis": "config.not-set-up"]
            )
        }
    }

    private func tell(_ changes: UserChanges, of parts: IntegrationParts, _ dispatcher: HookDispatcher) {
        observer(dispatcher).told(changes.lastEvents)
        guard !changes.isEmpty else { return }
        surroundings.logger.info(
            """
            Users: \(parts.configuration.users.count) configured, \(changes.added.count) new, \
            \(changes.changed.count) changed, \(changes.removed.count) removed
            """,
            metadata: ["event": "users-changed"]
        )
    }
}

extension Switches.Target: CustomStringConvertible {
    /// For the log.
    var description: String {
        switch self {
        case .integration: "the integration"
        case .connector(let name): "connector \(name)"
        case .user(let address): "the calendar integration of \(address)"
        }
    }
}
