import Availability
import Foundation
import Logging
import PresenceEngine
import Synchronization
import TestSupport
import Testing

/// An engine on a clock that the test moves, with a server and a store that the test can look into.
struct EngineBench {
    static let monday = time("2026-11-23T08:00:00Z")

    let scheduler = ManualScheduler(now: Self.monday)
    let source: ScriptedSource
    let store: MemoryStore
    let engine: PresenceEngine
    let observer = RecordingObserver()
    let users: [MailboxAddress]
    let interval: TimeInterval

    init(users count: Int = 1, batchLimit: Int = 100, interval: TimeInterval = 7 * 86_400) throws {
        users = try (0..<count).map { try #require(MailboxAddress("user\($0)@example.com")) }
        self.interval = interval
        source = ScriptedSource(batchLimit: batchLimit)
        store = MemoryStore(users.map { User(address: $0, phoneExtension: "1", connector: "hq") })
        engine = PresenceEngine(
            EngineSetup(sources: [source], hooks: ["phone"], scanInterval: interval),
            store: store,
            scheduler: scheduler,
            observer: observer,
            random: { 0 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Moves the clock and waits until what that set going is done.
    func advance(to text: String) async {
        await advance(to: time(text))
    }

    func advance(to time: Date) async {
        await scheduler.advance(to: time)
        await engine.idle()
    }

    func start() async throws {
        try await engine.start()
        await engine.idle()
    }

    func presence(of index: Int = 0) async -> Presence? { await store.users[users[index]]?.current?.presence }

    func busy(_ start: String, _ end: String, _ type: BusyType = .busy) -> BusyInterval {
        BusyInterval(start: time(start), end: time(end), busyType: type)
    }
}

/// Remembers what the engine told.
final class RecordingObserver: EngineObserver {
    private let connections = Mutex<[String]>([])
    private let missed = Mutex<[String]>([])
    private let absent = Mutex<[String]>([])

    var connected: [String] { connections.withLock { $0 } }

    /// The connectors of missed changes, one for each.
    var missedChanges: [String] { missed.withLock { $0 } }

    /// The mailboxes that are not where they were looked for, as `mailbox connector diagnosis`.
    var absences: [String] { absent.withLock { $0 } }

    func connected(_ connector: String, to server: SourceServer) { connections.withLock { $0.append(connector) } }

    func committed(_ updates: [UserUpdate]) {}

    func missedChange(of connector: String) { missed.withLock { $0.append(connector) } }

    func missing(_ mailbox: MailboxAddress, from connector: String, _ absence: Diagnosis) {
        absent.withLock { $0.append("\(mailbox) \(connector) \(absence.id)") }
    }
}
