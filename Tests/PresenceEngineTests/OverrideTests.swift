import Availability
import Foundation
import Logging
import PresenceEngine
import TestSupport
import Testing

@Suite("Overrides in the engine")
struct OverrideTests {
    @Test("an override holds until the next appointment starts, to the second, while the server is away")
    func untilTheNextAppointment() async throws {
        let bench = try OverrideBench()
        await bench.source.write([bench.busy("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z")], of: bench.alice)
        try await bench.start()
        #expect(try await bench.override(.away))
        #expect(await bench.presence() == .away)
        #expect(await bench.record()?.current?.until == time("2026-11-23T10:00:00Z"))
        await bench.source.goAway(with: OverrideBench.outage)
        await bench.advance(to: "2026-11-23T09:59:59Z")
        #expect(await bench.presence() == .away)
        await bench.advance(to: "2026-11-23T12:00:00Z")
        let events = await bench.store.memory.events
        #expect(events.map(\.current.presence) == [.available, .away, .meeting, .available])
        #expect(events.map(\.current.reason) == [.none, .override, .appointment, .none])
        #expect(events.map(\.at).dropFirst(2) == [time("2026-11-23T10:00:00Z"), time("2026-11-23T11:00:00Z")])
        #expect(await bench.record()?.knowledge.override == nil)
    }

    @Test("one with a time ends at that time, through appointments that start before")
    func untilATime() async throws {
        let bench = try OverrideBench()
        await bench.source.write([bench.busy("2026-11-23T08:30:00Z", "2026-11-23T09:00:00Z")], of: bench.alice)
        try await bench.start()
        #expect(try await bench.override(.available, until: "2026-11-23T08:45:00Z"))
        await bench.advance(to: "2026-11-23T08:44:59Z")
        #expect(await bench.presence() == .available)
        await bench.advance(to: "2026-11-23T08:45:00Z")
        #expect(await bench.presence() == .meeting)
    }

    @Test("a booking before the next appointment ends it earlier; a cancelled one leaves it to the one after")
    func movedEnd() async throws {
        let bench = try OverrideBench()
        let late = bench.busy("2026-11-23T14:00:00Z", "2026-11-23T15:00:00Z")
        let middle = bench.busy("2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z")
        await bench.source.write([middle, late], of: bench.alice)
        try await bench.start()
        #expect(try await bench.override(.away))
        await bench.source.write([late], of: bench.alice)
        await bench.read()
        #expect(await bench.record()?.current?.until == late.start)
        await bench.advance(to: "2026-11-23T13:30:00Z")
        #expect(await bench.presence() == .away)
        await bench.source.write([bench.busy("2026-11-23T13:40:00Z", "2026-11-23T13:50:00Z"), late], of: bench.alice)
        await bench.read()
        await bench.advance(to: "2026-11-23T13:40:00Z")
        #expect(await bench.presence() == .meeting)
        await bench.advance(to: "2026-11-23T13:55:00Z")
        #expect(await bench.presence() == .available)
    }

    @Test("it survives a new engine on the same store, which ends it in time")
    func restart() async throws {
        let bench = try OverrideBench()
        await bench.source.write([bench.busy("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z")], of: bench.alice)
        try await bench.start()
        #expect(try await bench.override(.away))
        await bench.engine.stop()
        await bench.advance(to: "2026-11-23T09:00:00Z")
        let again = OverrideBench(restarting: bench)
        try await again.start()
        #expect(await again.presence() == .away)
        await again.advance(to: "2026-11-23T10:00:00Z")
        #expect(await again.presence() == .meeting)
        #expect(await again.store.memory.events.map(\.current.presence) == [.available, .away, .meeting])
    }

    @Test("what ended while nothing ran is over at the start, before anything is read")
    func endedWhileDown() async throws {
        let bench = try OverrideBench()
        await bench.source.write([bench.busy("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z")], of: bench.alice)
        try await bench.start()
        #expect(try await bench.override(.away))
        await bench.engine.stop()
        await bench.source.goAway(with: OverrideBench.outage)
        await bench.advance(to: "2026-11-23T10:30:00Z")
        let again = OverrideBench(restarting: bench)
        try await again.start()
        #expect(await again.presence() == .meeting)
        #expect(await again.record()?.knowledge.override == nil)
    }

    @Test("it does not come back to life when the days that are read move past what ended it")
    func noRevival() async throws {
        let bench = try OverrideBench(interval: 86_400)
        await bench.source.write([bench.busy("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z")], of: bench.alice)
        try await bench.start()
        #expect(try await bench.override(.away))
        await bench.advance(to: "2026-11-26T12:00:00Z")
        let windows = await bench.source.windows
        #expect(windows.last?.start == time("2026-11-26T00:00:00Z"))
        #expect(await bench.presence() == .available)
        #expect(await bench.store.memory.events.map(\.current.presence) == [.available, .away, .meeting, .available])
    }

    @Test("a meeting in which it was set does not end it by being cut off at midnight")
    func acrossMidnight() async throws {
        let bench = try OverrideBench(interval: 3_600)
        await bench.source.write([bench.busy("2026-11-23T22:00:00Z", "2026-11-24T02:00:00Z")], of: bench.alice)
        try await bench.start()
        await bench.advance(to: "2026-11-23T22:30:00Z")
        #expect(try await bench.override(.available))
        await bench.advance(to: "2026-11-24T01:30:00Z")
        let calendar = await bench.record()?.knowledge.calendar
        #expect(calendar?.intervals.map(\.start) == [time("2026-11-24T00:00:00Z")])
        #expect(await bench.presence() == .available)
        #expect(await bench.record()?.current?.reason == .override)
    }

    @Test("a meeting that starts at midnight does end it")
    func atMidnight() async throws {
        let bench = try OverrideBench(interval: 3_600)
        await bench.source.write([bench.busy("2026-11-24T00:00:00Z", "2026-11-24T01:00:00Z")], of: bench.alice)
        try await bench.start()
        #expect(try await bench.override(.available))
        await bench.advance(to: "2026-11-24T00:00:00Z")
        #expect(await bench.presence() == .meeting)
        await bench.advance(to: "2026-11-24T02:30:00Z")
        #expect(await bench.store.memory.events.map(\.current.presence) == [.available, .meeting, .available])
    }

    @Test("it is taken back at once")
    func clearing() async throws {
        let bench = try OverrideBench()
        try await bench.start()
        #expect(try await bench.override(.away))
        #expect(try await bench.engine.setOverride(nil, of: bench.alice))
        #expect(await bench.presence() == .available)
        #expect(await bench.record()?.knowledge.override == nil)
    }

    @Test("there is none for somebody who is not here or switched off, nor in an engine that has stopped")
    func nobody() async throws {
        let bench = try OverrideBench()
        try await bench.start()
        let override = PresenceOverride(presence: .away, setAt: bench.scheduler.now, end: .nextAppointment)
        for name in ["gone", "off"] {
            let mailbox = try #require(MailboxAddress("\(name)@example.com"))
            #expect(try await bench.engine.setOverride(override, of: mailbox) == false)
            #expect(await bench.store.memory.users[mailbox]?.knowledge.override == nil)
        }
        await bench.engine.stop()
        #expect(try await bench.override(.away) == false)
        #expect(await bench.record()?.knowledge.override == nil)
    }

    @Test("where it cannot be written it is refused, and nothing changes")
    func storeFails() async throws {
        let bench = try OverrideBench()
        try await bench.start()
        let full = StoreFailure(Diagnosis(id: "store.full", summary: "Full.", remedy: "Free space."), retry: .later)
        await bench.store.memory.fail(with: full)
        await #expect(throws: full) { try await bench.override(.away) }
        await bench.store.memory.fail(with: nil)
        #expect(await bench.presence() == .available)
        #expect(await bench.record()?.knowledge.override == nil)
    }
}
