import Availability
import Foundation
import Logging
import PresenceEngine
import TestSupport
import Testing

@Suite("Another configuration while the engine runs")
struct EngineChangeTests {
    @Test("one that comes is read at once, and nobody else")
    func comes() async throws {
        let bench = try EngineBench(users: 2)
        let users = bench.all
        try await bench.start(with: [users[0]])
        #expect(await bench.source.batches == [[bench.users[0]]])
        try await bench.change(to: users)
        #expect(await bench.source.batches == [[bench.users[0]], [bench.users[1]]])
        #expect(await bench.presence(of: 1) == .available)
    }

    @Test("one that goes is read no more, and no boundary of its past shows anything")
    func goes() async throws {
        let bench = try EngineBench(users: 2, interval: 3_600)
        await bench.source.write([bench.busy("2026-11-23T08:30:00Z", "2026-11-23T09:30:00Z")], of: bench.users[1])
        try await bench.start()
        try await bench.change(to: [bench.all[0], bench.all[1].switchedOff])
        let events = await bench.store.events
        #expect(events.last?.current.presence == .unknown && events.last?.user == bench.users[1])
        await bench.advance(to: "2026-11-23T09:10:00Z")
        #expect(await bench.source.batches.last == [bench.users[0]])
        #expect(await bench.store.events.count == events.count)
    }

    @Test("a scan waits no longer for one that goes, and does not call it failed")
    func goesDuringScan() async throws {
        let bench = try EngineBench(users: 2, batchLimit: 1)
        await bench.source.holdReply(of: bench.users[1])
        try await bench.engine.start()
        let scanned = await bench.store.scans
        #expect(scanned.first?.finishedAt == nil)
        try await bench.engine.change(to: bench.setup, users: [bench.all[0]]) {}
        await bench.source.release()
        await bench.engine.idle()
        #expect(await bench.store.scans.first?.finishedAt != nil)
        #expect(await bench.store.scans.first?.failed == 0)
    }

    @Test("whoever waits for a reading of one that goes is not left waiting")
    func goesDuringForce() async throws {
        let bench = try EngineBench(users: 1)
        try await bench.start()
        await bench.source.hold()
        let progress = await bench.engine.force()
        try await bench.engine.change(to: bench.setup, users: []) {}
        var last: ForceProgress?
        for await step in progress { last = step }
        if case .finished(let failed, _) = last { #expect(failed.isEmpty) } else { Issue.record("no end") }
        await bench.source.release()
        await bench.engine.idle()
    }

    @Test("one whose connector is another is read there, and by the former one no more")
    func moves() async throws {
        let bench = try EngineBench(users: 1)
        try await bench.start()
        let branch = ScriptedSource(name: "branch")
        var moved = bench.all[0]
        moved.connector = "branch"
        var setup = bench.setup
        setup.sources.append(branch)
        try await bench.change(to: [moved], setup)
        #expect(await branch.batches == [[bench.users[0]]])
        #expect(await bench.source.batches.count == 1)
        #expect(await bench.engine.status().connectors.map(\.name) == ["hq", "branch"])
    }

    @Test("another source of the same name takes over, and reads whom it serves")
    func replaced() async throws {
        let bench = try EngineBench(users: 1)
        await bench.source.goAway(with: SourceFailure(.noAccess, retry: .never))
        try await bench.start()
        let next = ScriptedSource()
        var setup = bench.setup
        setup.sources = [next]
        try await bench.change(to: bench.all, setup)
        #expect(await next.batches == [bench.users])
        #expect(await bench.engine.status().connectors.first?.phase == .online)
        #expect(await bench.presence() == .available)
    }

    @Test("rules hold at once, from what is stored")
    func rules() async throws {
        let bench = try EngineBench(users: 1)
        await bench.source.write(
            [bench.busy("2026-11-23T07:30:00Z", "2026-11-23T09:30:00Z", .tentative)],
            of: bench.users[0]
        )
        try await bench.start()
        #expect(await bench.presence() == .available)
        var setup = bench.setup
        setup.rules.tentative = .meeting
        try await bench.change(to: bench.all, setup)
        #expect(await bench.presence() == .meeting)
        #expect(await bench.source.batches.count == 1)
    }

    @Test("what cannot be written changes nothing")
    func fails() async throws {
        let bench = try EngineBench(users: 2)
        try await bench.start(with: [bench.all[0]])
        var setup = bench.setup
        setup.sources = []
        await #expect(throws: StoreFailure.self) {
            try await bench.engine.change(to: setup, users: bench.all) { () async throws(StoreFailure) in
                throw StoreFailure(.full, retry: .later)
            }
        }
        await bench.engine.idle()
        #expect(await bench.engine.status().connectors.map(\.name) == ["hq"])
        #expect(await bench.source.batches == [[bench.users[0]]])
    }

    @Test("with more days ahead everybody is read; with another interval the scan is moved")
    func scans() async throws {
        let bench = try EngineBench(users: 1)
        try await bench.start()
        var setup = bench.setup
        setup.scanInterval = 86_400
        try await bench.change(to: bench.all, setup)
        #expect(await bench.engine.status().nextScanAt == EngineBench.monday + 86_400)
        #expect(await bench.source.batches.count == 1)
        setup.lookaheadDays = 14
        try await bench.change(to: bench.all, setup)
        #expect(await bench.source.windows.map { Int($0.duration / 86_400) } == [9, 16])
    }

    @Test("a reconciliation goes on where it was, however often users come and go")
    func reconciles() async throws {
        let bench = try EngineBench(users: 3, batchLimit: 1)
        var setup = bench.setup
        setup.reconcileInterval = 3 * 3_600
        try await bench.start(with: [bench.all[0], bench.all[1]], setup)
        for hour in 9...11 {
            let isWithThird = hour.isMultiple(of: 2)
            try await bench.change(to: Array(bench.all.prefix(isWithThird ? 3 : 2)), setup)
            await bench.advance(to: EngineBench.monday + Double(hour - 8) * 3_600 + 1_800)
        }
        let read = await bench.source.batches.joined()
        #expect(read.count { $0 == bench.users[0] } >= 2 && read.count { $0 == bench.users[1] } >= 2)
    }
}

extension EngineBench {
    fileprivate var all: [User] { users.map { User(address: $0, phoneExtension: "1", connector: "hq") } }

    fileprivate var setup: EngineSetup { EngineSetup(sources: [source], hooks: ["phone"], scanInterval: interval) }

    /// Starts with these users alone.
    fileprivate func start(with users: [User], _ setup: EngineSetup? = nil) async throws {
        try await store.sync(users, at: scheduler.now)
        try await start()
        if let setup { try await change(to: users, setup) }
    }

    fileprivate func change(to users: [User], _ setup: EngineSetup? = nil) async throws {
        let (store, now) = (store, scheduler.now)
        try await engine.change(to: setup ?? self.setup, users: users) { () async throws(StoreFailure) in
            try await store.sync(users, at: now)
        }
        _ = await engine.idleButForChannels()
    }
}

extension User {
    fileprivate var switchedOff: User {
        var user = self
        user.isEnabled = false
        return user
    }
}
