import Availability
import Foundation
import Logging
import PresenceEngine
import TestSupport
import Testing

/// An engine that watches automatic replies, on a clock that the test moves, with a server that may lie.
final class ReplyBench {
    let clock = ManualScheduler(now: EngineBench.monday)
    let users: [MailboxAddress]
    let source = ScriptedSource()
    let hints: ScriptedHints
    let store: MemoryStore
    let log = LogBook()
    let engine: PresenceEngine

    init(users count: Int = 3, limit: Int = 100, tempo: ReplyTempo = ReplyTempo(), obstacle: Diagnosis? = nil) throws {
        users = try (0..<count).map { try #require(MailboxAddress("user\($0 + 1_000)@example.com")) }
        hints = ScriptedHints(source, clock: clock, limit: limit, obstacle: obstacle)
        store = MemoryStore(users.map { User(address: $0, connector: "hq") })
        engine = PresenceEngine(
            EngineSetup(
                sources: [source],
                replies: ReplySetup(sources: [.init(hints, tempo: tempo)]),
                hooks: [],
                lookaheadDays: 60,
                scanInterval: 60 * 86_400
            ),
            store: store,
            scheduler: clock,
            observer: RecordingObserver(),
            random: { 0 },
            logger: log.logger
        )
    }

    /// Starts and waits for the scan; from then on only what the watching asks for is counted.
    func start() async throws {
        try await engine.start()
        await engine.repliesIdle()
        await source.forgetRequests()
    }

    /// Deadline by deadline, each dealt with before the next.
    func advance(by seconds: TimeInterval) async {
        let end = clock.now + seconds
        while let next = clock.deadlines.values.min(), next <= end {
            await clock.advance(to: next)
            await engine.repliesIdle()
        }
        await clock.advance(to: end)
    }

    func set(_ reply: AutomaticReply, of index: Int = 0) async { await source.set(reply, of: users[index]) }

    func presence(of index: Int = 0) async -> Presence? { await store.users[users[index]]?.current?.presence }

    func announcement(of index: Int = 0) async -> String? {
        await store.users[users[index]]?.current?.announcement?.internalText
    }

    func method() async -> ReplyWatcher.Method? { await engine.status().connectors.first?.automaticReplies }

    static let away = AutomaticReply(state: .enabled, internalText: "Gone fishing")
    static let back = AutomaticReply(state: .disabled, internalText: "Gone fishing")
}
