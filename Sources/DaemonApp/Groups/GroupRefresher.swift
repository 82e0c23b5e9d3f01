import Availability
import ConfigurationFile
import Foundation
import Logging
import SerialQueue
import Store

/// Keeps what is known of the members of groups fresh: asks for them at the start, at each reload and at a rhythm, stores
/// what it finds, and lets the users be applied anew where they changed.
///
/// What cannot be found out leaves all as it is, and is tried again sooner.
actor GroupRefresher {
    /// Where answers come from and changes go to.
    struct Surroundings: Sendable {
        /// Of the connectors that run at the moment.
        var sources: @Sendable () async -> [any DirectorySource]
        /// The stored members are others than before.
        var membersChanged: @Sendable () async throws -> Void
    }

    private static let deadline = "group refresh"

    /// What is asked for, in the order of the configuration.
    private var groups: [UserGroup] = []
    /// Seconds from one refresh to the next.
    private var interval: TimeInterval = 0
    private var failuresInARow = 0
    /// Whether members are stored that were not applied yet.
    private var owesChange = false
    private var narrator: GroupNarrator
    /// Rises with every change of what is asked for.
    private var generation = 0
    private var isStopped = false
    /// The refresh that is under way, or was the last.
    private(set) var refreshing: Task<Void, Never>?

    private let serial = SerialQueue(label: "freebusyd.groups", qos: .utility)
    private let database: PresenceDatabase
    private let scheduler: any Scheduler
    private let surroundings: Surroundings
    private let logger: Logger
    private let schedule = RetrySchedule(first: 60, longest: 3_600)

    init(database: PresenceDatabase, scheduler: any Scheduler, surroundings: Surroundings, logger: Logger) {
        self.database = database
        self.scheduler = scheduler
        self.surroundings = surroundings
        self.logger = logger
        narrator = GroupNarrator(logger: logger)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// Takes over which groups there are, and begins to ask for them; does not wait for the answers.
    func follow(_ configuration: Configuration) async {
        generation += 1
        let mine = generation
        await pause()
        // Another change came while this one waited.
        guard mine == generation, !isStopped else { return }
        groups = configuration.userGroups
        interval = configuration.groupRefresh
        failuresInARow = 0
        narrator = GroupNarrator(logger: logger)
        do {
            try await database.forgetGroups(except: groups.map(\.address))
        } catch {
            narrator.failed(error)
        }
        guard mine == generation, !isStopped, !groups.isEmpty else { return }
        begin()
    }

    /// Ends what is under way, for good.
    func stop() async {
        isStopped = true
        await pause()
    }

    private func pause() async {
        scheduler.cancel(Self.deadline)
        refreshing?.cancel()
        await refreshing?.value
        // It may have set the next one just before it was called off.
        scheduler.cancel(Self.deadline)
    }

    private func begin() {
        refreshing = Task { await refresh() }
    }

    private func refresh() async {
        var reading = GroupReading(await surroundings.sources())
        var advice: [RetryAdvice] = []
        for group in groups {
            guard let expansion = await reading.expansion(of: group) else { continue }
            guard !Task.isCancelled else { return }
            advice += expansion.failures.map(\.retry)
            do {
                try await keep(expansion)
            } catch {
                // What was called off has not failed.
                guard !Task.isCancelled else { return }
                narrator.failed(error)
                advice.append(error.retry)
            }
        }
        if owesChange {
            do {
                try await surroundings.membersChanged()
                owesChange = false
            } catch {
                guard !Task.isCancelled else { return }
                narrator.failed(error)
                advice.append(.later)
            }
        }
        guard !Task.isCancelled else { return }
        scheduleNext(after: advice)
    }

    /// Stores what an expansion told.
    private func keep(_ expansion: GroupExpansion) async throws(StoreFailure) {
        let former = try await database.groupMembers()[expansion.root] ?? []
        let change = GroupChange(from: former, by: expansion)
        try await database.keepGroup(
            expansion.root,
            members: change.members,
            leftOut: expansion.leftOut,
            failure: expansion.failures.first?.diagnosis,
            at: scheduler.now
        )
        owesChange = owesChange || change.isChange
        narrator.read(expansion, change)
    }

    /// - Parameter advice: of everything that failed.
    private func scheduleNext(after advice: [RetryAdvice]) {
        failuresInARow = advice.isEmpty ? 0 : failuresInARow + 1
        let delays = advice.compactMap { advice in
            schedule.delay(
                afterFailures: failuresInARow,
                // A connector does not send a refused password again by itself, so that asking it does no harm.
                advice: advice == .never ? .later : advice,
                jitter: Double.random(in: 0..<1)
            )
        }
        let delay = min(interval, delays.min() ?? interval)
        scheduler.schedule(Self.deadline, at: scheduler.now + delay) { [weak self] in await self?.begin() }
    }
}
