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
    func run(_ file: Configuration) async throws {
        try await inTurn { try await apply(file) { $0.needed(for: $1) } }
        await groups.follow(file)
    }

    /// The stored members of groups are others than before: who came becomes a user, who went is none any more.
    func membersChanged() async throws { try await reapply() }

    /// Runs the same configuration with what is remembered beside it by now.
    func reapply() async throws {
        try await inTurn {
            guard let running else { return }
            try await apply(running.plan.file) { $0.needed(for: $1) }
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
                !running.plan.configuration.connectors.contains(where: { $0.name == name })
            {
                throw ControlProblem.unknownConnector(name)
            }
            try await apply(running.plan.file) { $0.setting(target, to: isOn, in: $1) }
            surroundings.logger.notice(
                "Switched \(isOn ? "on" : "off") by hand: \(target)",
                metadata: ["event": "switched"]
            )
        }
        // Groups whose connector did not run could not be asked for.
        if case .user = target { return }
        if let file = running?.plan.file { await groups.follow(file) }
    }

    /// Why this user's calendar is not read; `nil` where it is.
    func switchedOff(_ user: User) -> SwitchedOff? {
        guard !user.isEnabled, let running else { return nil }
        let (switches, configuration) = (running.plan.switches, running.plan.configuration)
        if !switches.isOn(.integration, in: configuration) { return .integration }
        let connector = Switches.Target.connector(user.connector)
        if !switches.isOn(connector, in: configuration) {
            return .connector(user.connector, isByHand: switches.isByHand(connector))
        }
        return .user(isByHand: switches.isByHand(.user(user.address)))
    }

    /// - Parameter decide: what is switched by hand, after what was, in the configuration with the members of its groups.
    private func apply(_ file: Configuration, _ decide: (Switches, Configuration) -> Switches) async throws {
        guard !isEnding else { throw ControlProblem.notRunning }
        var configuration = file
        configuration.users = file.users(with: try await surroundings.database.groupMembers())
        let before =
            if let running { running.plan.switches } else {
                Switches(stored: try await surroundings.database.switches())
            }
        let switches = decide(before, configuration)
        let searches = try await surroundings.database.searches()
        let moves = configuration.moves(by: searches, switches)
        let obsolete = configuration.obsolete(searches, besides: moves)
        configuration = configuration.moved(by: moves)
        let parts = try IntegrationParts(
            configuration.switched(by: switches),
            before: running?.plan.parts,
            publications: surroundings.database,
            in: surroundings.parts
        )
        let change = try await ports.open(parts.callbacks)
        do {
            try await start(
                Plan(file: file, configuration: configuration, switches: switches, moves: moves, parts: parts)
            )
        } catch {
            await ports.undo(change)
            throw error
        }
        await ports.keep(change, parts.callbacks)
        // What stays behind where this fails means nothing the next time either.
        try? await surroundings.database.forgetSearches(for: obsolete)
        surroundings.meters.show(
            connectors: parts.configuration.connectors.map(\.name),
            hooks: parts.hooks.map(\.options.name)
        )
    }

    private func start(_ plan: Plan) async throws {
        guard let before = running else { return try await startFirst(plan) }
        let parts = plan.parts
        tell(parts, before: before.plan.parts)
        let changes = try await before.engine.change(
            to: parts.engineSetup(store: surroundings.database),
            users: parts.configuration.users
        ) { () async throws(StoreFailure) in
            try await self.write(plan, over: before)
        }
        await before.dispatcher.change(to: parts.hooks.map(\.hook), resending: parts.resending)
        running?.plan = plan
        tell(changes, of: parts, before.dispatcher)
    }

    private func startFirst(_ plan: Plan) async throws {
        let parts = plan.parts
        let changes = try await write(plan)
        let (database, logger) = (surroundings.database, surroundings.logger)
        let dispatcher = HookDispatcher(
            hooks: parts.hooks.map(\.hook),
            resending: parts.resending,
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
        running = Running(plan: plan, engine: engine, dispatcher: dispatcher)
        await dispatcher.start()
    }

    private func observer(_ dispatcher: HookDispatcher) -> IntegrationObserver {
        IntegrationObserver(
            feed: surroundings.feed,
            dispatcher: dispatcher,
            meters: surroundings.meters,
            finder: finder,
            logger: surroundings.logger
        )
    }

    /// Writes while the hooks of `before` run. One whose receiver or manner another one replaces takes nothing more from here
    /// on, or it would tell what is written for the other.
    private func write(_ plan: Plan, over before: Running) async throws(StoreFailure) -> UserChanges {
        let (old, new) = (before.plan.parts.hooks, plan.parts.hooks.map(\.registration))
        let staying = old.filter { part in
            new.contains { $0.isSame(as: part.registration) }
        }
        let resending = before.plan.parts.resending
        await before.dispatcher.change(to: staying.map(\.hook), resending: resending)
        do {
            return try await write(plan)
        } catch {
            await before.dispatcher.change(to: old.map(\.hook), resending: resending)
            throw error
        }
    }

    /// Makes the stored users and hooks those of the configuration, and remembers what was switched.
    private func write(_ plan: Plan) async throws(StoreFailure) -> UserChanges {
        let parts = plan.parts
        let roster = Roster(
            users: parts.configuration.users,
            hooks: parts.hooks.map(\.registration),
            switches: plan.switches.stored
        )
        return try await surroundings.database.sync(
            roster,
            at: surroundings.scheduler.now,
            staleAfter: parts.configuration.presence.staleAfter
        )
    }

    private func tell(_ parts: IntegrationParts, before: IntegrationParts?) {
        for part in parts.connectors where before?.connectors.contains(where: { $0.source === part.source }) != true {
            // One that is found by itself tells it then.
            guard let url = part.options.ewsURL else { continue }
            surroundings.logger.info(
                "EWS URL: \(url)",
                metadata: ["event": "ews-url", "connector": "\(part.options.name)"]
            )
        }
        if !parts.configuration.connectors.contains(where: \.isEnabled), before?.connectors.isEmpty != true {
            let missing = Diagnosis.notSetUp
            surroundings.logger.warning(
                "\(missing.summary) \(missing.remedy)",
                metadata: ["diagnosis": .stringConvertible(missing)]
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
