import Availability
import Foundation
import Hooks
import TestSupport
import Testing

@Suite("The life of hooks between their deliveries")
struct HookLifeTests {
    @Test("a hook is started once, before its first delivery, and stopped once, after its last")
    func life() async throws {
        let bench = try await DispatchBench(users: 6)
        try await bench.tellAll(6)
        await bench.dispatcher.start()
        await bench.dispatcher.idle()
        #expect(bench.hook.life == [.started] + Array(repeating: .delivered, count: 6))
        await bench.dispatcher.change(to: [bench.hook])
        try await bench.tell([event("next", of: try mailbox("user0"), .meeting, .away, sequence: 2)])
        await bench.dispatcher.idle()
        bench.hook.hold()
        try await bench.tell([event("last", of: try mailbox("user1"), .meeting, .away, sequence: 2)])
        await bench.hook.held(1)
        async let stopped: Void = bench.dispatcher.stop()
        await bench.settleQueue()
        #expect(bench.hook.life.last == .delivered)
        bench.hook.letGo()
        await stopped
        #expect(bench.hook.life.filter { $0 != .delivered } == [.started, .stopped])
        #expect(bench.hook.life.last == .stopped && bench.hook.arrivals.count == 8)
    }

    @Test("one that nothing is to be told to is started and stopped all the same")
    func idle() async throws {
        let bench = try await DispatchBench()
        await bench.dispatcher.start()
        await bench.dispatcher.idle()
        #expect(bench.hook.life == [.started])
        await bench.dispatcher.stop()
        #expect(bench.hook.life == [.started, .stopped])
    }

    @Test("one that leaves is stopped when its last delivery has ended, one that comes is started")
    func change() async throws {
        let bench = try await DispatchBench(users: 3)
        await bench.dispatcher.start()
        await bench.dispatcher.idle()
        bench.hook.hold()
        try await bench.tellAll(1)
        await bench.hook.held(1)
        let web = ScriptedHook(name: "web", clock: bench.scheduler)
        await bench.dispatcher.change(to: [web])
        await bench.settleQueue()
        #expect(web.life == [.started])
        #expect(bench.hook.life == [.started])
        bench.hook.letGo()
        await bench.dispatcher.idle()
        #expect(bench.hook.life == [.started, .delivered, .stopped])
        await bench.dispatcher.stop()
        #expect(web.life == [.started, .stopped])
        #expect(bench.hook.life == [.started, .delivered, .stopped])
    }

    @Test("another of the same name takes over at once; the former is stopped when its last delivery has ended")
    func replaced() async throws {
        let bench = try await DispatchBench(users: 3)
        await bench.dispatcher.start()
        bench.hook.hold()
        try await bench.tellAll(1)
        await bench.hook.held(1)
        let other = ScriptedHook(clock: bench.scheduler)
        await bench.dispatcher.change(to: [other])
        try await bench.tell([event("new", of: try mailbox("user1"))])
        while other.arrivals.isEmpty { await Task.yield() }
        #expect(other.life.first == .started)
        #expect(!bench.hook.life.contains(.stopped))
        bench.hook.letGo()
        await bench.dispatcher.idle()
        #expect(bench.hook.life == [.started, .delivered, .stopped])
        // What the former says of the receiver now is nobody's business any more.
        bench.hook.forget()
        await bench.settleQueue()
        #expect(bench.scheduler.deadlines.isEmpty)
        await bench.dispatcher.stop()
        #expect(other.life.last == .stopped)
        #expect(bench.hook.life.filter { $0 == .stopped }.count == 1)
    }

    @Test("an exclusive one begins when the former at its place has stopped, and not before")
    func exclusive() async throws {
        let bench = try await DispatchBench(users: 3)
        await bench.dispatcher.start()
        bench.hook.hold()
        bench.hook.holdStop()
        try await bench.tellAll(1)
        await bench.hook.held(1)
        let other = ScriptedHook(isExclusive: true, clock: bench.scheduler)
        await bench.dispatcher.change(to: [other])
        try await bench.tell([event("new", of: try mailbox("user1"))])
        await bench.settleQueue()
        #expect(other.life.isEmpty)
        bench.hook.letGo()
        while !bench.hook.isStopping { await Task.yield() }
        await bench.settleQueue()
        #expect(other.life.isEmpty)
        bench.hook.letStop()
        await bench.dispatcher.idle()
        #expect(bench.hook.life == [.started, .delivered, .stopped])
        #expect(other.life == [.started, .delivered])
        await bench.dispatcher.stop()
        #expect(other.life == [.started, .delivered, .stopped])
    }

    @Test("one with another target waits for nobody")
    func elsewhere() async throws {
        let bench = try await DispatchBench(users: 3)
        await bench.dispatcher.start()
        bench.hook.hold()
        try await bench.tellAll(1)
        await bench.hook.held(1)
        let other = ScriptedHook(target: "elsewhere", isExclusive: true, clock: bench.scheduler)
        await bench.dispatcher.change(to: [other])
        while other.life != [.started] { await Task.yield() }
        bench.hook.letGo()
        await bench.dispatcher.idle()
    }

    @Test("one that left and is back while it is being stopped, or another in its place, begins after that")
    func backWhileStopping() async throws {
        for isSame in [true, false] {
            let bench = try await DispatchBench(users: 3)
            await bench.dispatcher.start()
            await bench.dispatcher.idle()
            bench.hook.holdStop()
            await bench.dispatcher.change(to: [])
            while !bench.hook.isStopping { await Task.yield() }
            let next = isSame ? bench.hook : ScriptedHook(isExclusive: true, clock: bench.scheduler)
            await bench.dispatcher.change(to: [next])
            try await bench.tellAll(1)
            await bench.settleQueue()
            #expect(next.arrivals.isEmpty)
            bench.hook.letStop()
            await bench.dispatcher.idle()
            let before: [ScriptedHook.LifeEvent] = isSame ? [.started, .stopped] : []
            #expect(next.life == before + [.started, .delivered])
            #expect(bench.hook.life.prefix(2) == [.started, .stopped])
        }
    }

    @Test("one that is taken back while it still delivers goes on and is not stopped")
    func back() async throws {
        let bench = try await DispatchBench(users: 3)
        await bench.dispatcher.start()
        bench.hook.hold()
        try await bench.tellAll(1)
        await bench.hook.held(1)
        let other = ScriptedHook(clock: bench.scheduler)
        await bench.dispatcher.change(to: [other])
        await bench.settleQueue()
        await bench.dispatcher.change(to: [bench.hook])
        bench.hook.letGo()
        await bench.dispatcher.idle()
        #expect(bench.hook.life == [.started, .delivered])
        #expect(other.life.isEmpty || other.life == [.started, .stopped])
    }
}

extension DispatchBench {
    /// Waits until what the queue of the dispatcher had to do at this moment is done, whatever is still under way.
    func settleQueue() async {
        for _ in 0..<5 {
            _ = await dispatcher.pauses
            await Task.yield()
        }
    }
}
