import Availability
import Foundation
import Hooks
import Logging
import Store
import Synchronization
import TestSupport
import Testing

/// Remembers what the dispatcher told of deliveries.
private final class RecordingMeter: DeliveryMeter {
    struct Ending: Hashable, Sendable {
        var hook: String
        var event: String
        /// `nil` where it was delivered.
        var failure: String?
        var at: Date?
    }

    private let kept = Mutex<[Ending]>([])

    var endings: [Ending] { kept.withLock(\.self) }

    func delivered(_ entry: OutboxEntry, at time: Date) {
        kept.withLock { $0.append(Ending(hook: entry.hook, event: entry.event.id, at: time)) }
    }

    func failed(_ entry: OutboxEntry, _ failure: HookFailure) {
        kept.withLock { $0.append(Ending(hook: entry.hook, event: entry.event.id, failure: failure.diagnosis.id)) }
    }
}

@Suite("What the dispatcher tells of deliveries")
struct MeteringTests {
    @Test("each attempt is told once: failures with their diagnosis, the delivery with its time")
    func attempts() async throws {
        let folder = try TemporaryFolder()
        let database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: monday).database
        let user = try mailbox("user1")
        let roster = Roster(users: [User(address: user, connector: "main")], hooks: ["pbx"])
        _ = try await database.sync(roster, at: monday, staleAfter: 86_400)
        let event = event("1", of: user)
        let update = UserUpdate(mailbox: user, current: event.current, event: event)
        try await database.record([update], for: ["pbx"])
        let scheduler = ManualScheduler(now: later(2))
        let hook = ScriptedHook(clock: scheduler)
        hook.fail(with: [.down(), .down(.after(90))])
        let meter = RecordingMeter()
        let dispatcher = HookDispatcher(
            hooks: [hook],
            outbox: database,
            scheduler: scheduler,
            logger: LogBook().logger,
            meter: meter,
            jitter: { 0 }
        )
        await dispatcher.start()
        await dispatcher.idle()
        for _ in 0..<2 {
            await scheduler.advance(by: 90)
            await dispatcher.idle()
        }
        await dispatcher.stop()
        #expect(
            meter.endings == [
                .init(hook: "pbx", event: "1", failure: "hook.test"),
                .init(hook: "pbx", event: "1", failure: "hook.test"),
                .init(hook: "pbx", event: "1", at: later(182)),
            ]
        )
    }
}
