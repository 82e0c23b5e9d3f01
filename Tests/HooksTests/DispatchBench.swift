import Availability
import Foundation
import Hooks
import Store
import TestSupport

/// A dispatcher with one scripted hook, an outbox, users and a clock that stands.
struct DispatchBench {
    let folder: TemporaryFolder
    let database: PresenceDatabase
    let outbox: FlakyOutbox
    let scheduler = ManualScheduler(now: monday)
    let hook: ScriptedHook
    let log = LogBook()
    let dispatcher: HookDispatcher

    /// - Parameter users: `user0` and so on.
    init(users: Int = 20, resending: ResendOptions = ResendOptions(), concurrencyLimit: Int = 4) async throws {
        folder = try TemporaryFolder()
        database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: monday).database
        let users = try (0..<users).map { try user(mailbox("user\($0)")) }
        _ = try await database.sync(Roster(users: users, hooks: ["pbx"]), at: monday, staleAfter: 86_400)
        outbox = FlakyOutbox(database)
        hook = ScriptedHook(concurrencyLimit: concurrencyLimit, clock: scheduler)
        dispatcher = HookDispatcher(
            hooks: [hook],
            resending: ["pbx": resending],
            outbox: outbox,
            scheduler: scheduler,
            logger: log.logger,
            jitter: { 0 }
        )
    }

    /// Writes these events for the hook, with what the users show by them.
    func tell(_ events: [PresenceEvent]) async throws {
        let updates = events.map { UserUpdate(mailbox: $0.user, current: $0.current, event: $0) }
        try await database.record(updates, for: ["pbx"])
        dispatcher.wake()
    }

    /// Writes one event of each of so many users, with identifiers that begin with `prefix`.
    func tellAll(_ count: Int, _ prefix: String = "", _ presence: Presence = .meeting) async throws {
        try await tell(
            try (0..<count).map { event("\(prefix)\($0)", of: try mailbox("user\($0)"), .available, presence) }
        )
    }

    /// Moves the clock from deadline to deadline until none is left, or until `end`.
    func run(until end: Date = .distantFuture) async {
        await dispatcher.idle()
        while let next = scheduler.deadlines.values.min(), next <= end {
            await scheduler.advance(to: next)
            await dispatcher.idle()
        }
        if end < .distantFuture { await scheduler.advance(to: end) }
        await dispatcher.idle()
    }

    /// When deliveries arrived, in seconds, and how many at each time.
    var arrivals: [TimeInterval: Int] {
        Dictionary(hook.arrivals.map { ($0.at.timeIntervalSince(monday), 1) }, uniquingKeysWith: +)
    }

    var statistics: OutboxStatistics {
        get async throws { try await database.statistics()["pbx"] ?? OutboxStatistics() }
    }
}
