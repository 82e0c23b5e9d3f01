import Availability
import Foundation
import Logging
import PresenceEngine
import TestSupport
import Testing

/// An engine with one user who is enabled and one who is not, on a store that keeps overrides too.
struct OverrideBench {
    static let outage = SourceFailure(
        Diagnosis(id: "tcp.unreachable", summary: "No answer.", remedy: "Look at the firewall."),
        retry: .later
    )

    let scheduler: ManualScheduler
    let source: ScriptedSource
    let store: OverrideStore
    let engine: PresenceEngine
    let alice: MailboxAddress
    private let interval: TimeInterval

    init(interval: TimeInterval = 7 * 86_400) throws {
        let alice = try #require(MailboxAddress("alice@example.com"))
        let off = try #require(MailboxAddress("off@example.com"))
        let users = [
            User(address: alice, phoneExtension: "1", connector: "hq"),
            User(address: off, isEnabled: false, connector: "hq"),
        ]
        self.init(
            alice,
            store: OverrideStore(memory: MemoryStore(users)),
            source: ScriptedSource(),
            scheduler: ManualScheduler(now: EngineBench.monday),
            interval: interval
        )
    }

    /// The next engine, on what the one before left behind.
    init(restarting bench: OverrideBench) {
        self.init(
            bench.alice,
            store: bench.store,
            source: bench.source,
            scheduler: bench.scheduler,
            interval: bench.interval
        )
    }

    private init(
        _ alice: MailboxAddress,
        store: OverrideStore,
        source: ScriptedSource,
        scheduler: ManualScheduler,
        interval: TimeInterval
    ) {
        self.alice = alice
        self.store = store
        self.source = source
        self.scheduler = scheduler
        self.interval = interval
        engine = PresenceEngine(
            EngineSetup(sources: [source], hooks: ["phone"], scanInterval: interval),
            store: store,
            scheduler: scheduler,
            observer: RecordingObserver(),
            random: { 0 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func start() async throws {
        try await engine.start()
        await engine.idle()
    }

    /// Moves the clock and waits until what that set going is done.
    func advance(to text: String) async {
        let end = time(text)
        // Hour by hour, so that what is read is written before the clock has gone on.
        while scheduler.now < end {
            await scheduler.advance(to: min(end, scheduler.now + 3_600))
            await engine.idle()
        }
    }

    /// Reads everybody, as a notification or a person would have it.
    func read() async {
        for await _ in await engine.force() {}
    }

    /// Sets an override of alice now.
    func override(_ presence: Presence, until end: String? = nil) async throws -> Bool {
        let override = PresenceOverride(
            presence: presence,
            setAt: scheduler.now,
            end: end.map { .at(time($0)) } ?? .nextAppointment
        )
        return try await engine.setOverride(override, of: alice)
    }

    func record() async -> UserRecord? { await store.memory.users[alice] }

    func presence() async -> Presence? { await record()?.current?.presence }

    func busy(_ start: String, _ end: String) -> BusyInterval {
        BusyInterval(start: time(start), end: time(end), busyType: .busy)
    }
}

/// A store in memory that keeps overrides too.
actor OverrideStore: PresenceStore {
    nonisolated let memory: MemoryStore

    init(memory: MemoryStore) {
        self.memory = memory
    }

    func agenda() async throws(StoreFailure) -> [UserAgenda] { try await memory.agenda() }

    func records(of mailboxes: [MailboxAddress]) async throws(StoreFailure) -> [UserRecord] {
        try await memory.records(of: mailboxes)
    }

    func record(_ updates: [UserUpdate]) async throws(StoreFailure) {
        try await memory.record(updates)
        for update in updates {
            guard let override = update.override, var knowledge = await memory.users[update.mailbox]?.knowledge else {
                continue
            }
            if case .set(let new) = override { knowledge.override = new } else { knowledge.override = nil }
            await memory.set(knowledge, of: update.mailbox)
        }
    }

    func beginScan(at time: Date, mailboxes: Int) async throws(StoreFailure) -> Int64 {
        try await memory.beginScan(at: time, mailboxes: mailboxes)
    }

    func finishScan(_ number: Int64, at time: Date, failed: Int) async throws(StoreFailure) {
        try await memory.finishScan(number, at: time, failed: failed)
    }

    func latestScan() async throws(StoreFailure) -> ScanRecord? { try await memory.latestScan() }
}
