import Availability
import Foundation
import Hooks
import Store
import TestSupport
import Testing

@Suite("Telling a hook the whole state once more")
struct ResendTests {
    private let ten = ResendOptions(perSecond: 2, afterOutage: 60)

    /// Everybody in a meeting, and the hook told so.
    private func settled(users: Int = 10, resending: ResendOptions) async throws -> DispatchBench {
        let bench = try await DispatchBench(users: users, resending: resending)
        await bench.dispatcher.start()
        try await bench.tellAll(users)
        await bench.run()
        #expect(bench.hook.arrivals.count == users)
        return bench
    }

    /// The receiver is out of reach for as long as `seconds`, counted from the first event that shows it.
    private func outage(of bench: DispatchBench, seconds: TimeInterval) async throws {
        let begin = bench.scheduler.now
        bench.hook.answer { _ in
            bench.scheduler.now < begin + seconds ? .down(.after(seconds), scope: .receiver) : nil
        }
        try await bench.tell([event("down", of: try mailbox("user0"), .meeting, .away, sequence: 2)])
        await bench.dispatcher.idle()
    }

    @Test("after a long outage once, with everybody, at the pace of the hook")
    func longOutage() async throws {
        let bench = try await settled(resending: ten)
        try await outage(of: bench, seconds: 90)
        await bench.run()
        let again = bench.hook.arrivals.dropFirst(11)
        // First what waited, then two a second, who was just told included.
        #expect(again.first?.event.id == "down" && again.first?.at == later(90))
        #expect(Set(again.dropFirst().map(\.event.user)).count == 10)
        #expect(again.count == 11)
        let seconds = again.dropFirst().map { $0.at.timeIntervalSince(later(90)) }
        #expect(seconds == [2, 2, 3, 3, 4, 4, 5, 5, 6, 6])
        #expect(
            bench.log.lines("Hook pbx delivers again").map(\.message)
                == ["Hook pbx delivers again after 90 s out of reach; what everybody shows follows"]
        )
        #expect(
            bench.log.lines("Hook pbx is told once more").map(\.message)
                == ["Hook pbx is told once more what 10 users show, 2 a second: it was out of reach for 90 s"]
        )
    }

    @Test("not after a short one, and never where that is switched off", arguments: [(59, 60), (5_000, nil)])
    func shortOutage(seconds: TimeInterval, limit: TimeInterval?) async throws {
        let bench = try await settled(resending: ResendOptions(perSecond: 2, afterOutage: limit))
        try await outage(of: bench, seconds: seconds)
        await bench.run()
        #expect(bench.hook.arrivals.count == 12)
        #expect(bench.log.lines("Hook pbx is told once more").isEmpty)
        #expect(bench.log.lines("Hook pbx delivers again").first?.message.hasSuffix("; what waited follows") == true)
    }

    @Test("once however often the receiver says that it may have forgotten, within a short while")
    func forgotten() async throws {
        let bench = try await settled(resending: ten)
        for _ in 0..<3 { bench.hook.forget() }
        await bench.settle()
        await bench.scheduler.advance(by: 1)
        bench.hook.forget()
        await bench.settle()
        await bench.run()
        #expect(bench.hook.arrivals.count == 20)
        #expect(bench.log.lines("Hook pbx is told once more").count == 1)
        // Later on it is news again.
        bench.hook.forget()
        await bench.settle()
        await bench.run()
        #expect(bench.hook.arrivals.count == 30)
    }

    @Test("what it forgot while it was out of reach is sent once when it is back, with what a long outage asks for")
    func forgottenMeanwhile() async throws {
        for seconds in [10.0, 90] {
            let bench = try await settled(resending: ten)
            try await outage(of: bench, seconds: seconds)
            #expect(bench.hook.arrivals.count == 11)
            bench.hook.forget()
            await bench.settle()
            await bench.run(until: bench.scheduler.now + 1)
            // Whoever forgot can be told: it is tried at once.
            #expect(bench.hook.arrivals.count == 12)
            await bench.run()
            #expect(bench.hook.arrivals.count == 23, "\(seconds)")
            #expect(bench.log.lines("Hook pbx is told once more").count == 1)
        }
    }

    @Test("whoever has something new meanwhile is told that once and does not wait for his turn")
    func newMeanwhile() async throws {
        let bench = try await settled(resending: ten)
        _ = try await bench.dispatcher.resend(nil)
        await bench.dispatcher.idle()
        try await bench.tell([event("new", of: try mailbox("user9"), .meeting, .away, sequence: 2)])
        await bench.dispatcher.idle()
        let ofLast = bench.hook.arrivals.filter { $0.event.user.text == "user9@example.com" }
        #expect(ofLast.map(\.event.id) == ["9", "new"])
        #expect(ofLast.last?.at == monday)
        await bench.run()
        #expect(bench.hook.arrivals.count == 20)
    }

    @Test("on request by name or all; unknown names are passed over")
    func request() async throws {
        let bench = try await settled(resending: ten)
        #expect(try await bench.dispatcher.resend(["nobody"]).isEmpty)
        let told = try await bench.dispatcher.resend(["pbx", "pbx"])
        // The hook is told that somebody takes care of it.
        #expect(bench.hook.life.filter { $0 == .mended } == [.mended])
        #expect(told.map(\.hook) == ["pbx"] && told.map(\.users) == [10] && told.map(\.perSecond) == [2])
        #expect(
            bench.log.lines("Hook pbx is told once more").map(\.message)
                == ["Hook pbx is told once more what 10 users show, 2 a second: as asked for"]
        )
        await bench.run()
        let all = try await bench.dispatcher.resend(nil)
        #expect(all.map(\.users) == [10])
        await bench.dispatcher.stop()
        #expect(try await bench.dispatcher.resend(nil).isEmpty)
    }

    @Test("a hook that was disabled is told again, everything, and its receiver is tried at once")
    func enabled() async throws {
        let bench = try await settled(resending: ten)
        bench.hook.fail(with: [.gone])
        try await bench.tell([event("gone", of: try mailbox("user0"), .meeting, .away, sequence: 2)])
        await bench.run()
        #expect(try await bench.statistics.disabledAt != nil)
        let told = try await bench.dispatcher.resend(["pbx"])
        #expect(told.map(\.users) == [10])
        await bench.run()
        #expect(try await bench.statistics.disabledAt == nil)
        #expect(bench.hook.arrivals.count == 21)
        #expect(bench.hook.arrivals.last { $0.event.user.text == "user0@example.com" }?.event.current.presence == .away)
    }

    @Test("who asks during a pause has the receiver tried at once")
    func requestDuringPause() async throws {
        let bench = try await settled(resending: ten)
        try await outage(of: bench, seconds: 3_600)
        bench.hook.answer { _ in nil }
        await bench.scheduler.advance(by: 5)
        // All but the one who waits already.
        #expect(try await bench.dispatcher.resend(nil).map(\.users) == [9])
        await bench.run(until: later(30))
        // Ten at first, one that failed, and it and the others now, long before the hour is over.
        #expect(bench.hook.arrivals.count == 21)
        #expect(await bench.dispatcher.pauses.isEmpty)
    }

    @Test("what the outbox cannot take is asked of it again")
    func storeFailure() async throws {
        let bench = try await settled(resending: ten)
        bench.outbox.fail(.resend, times: 3)
        bench.hook.forget()
        await bench.settle()
        await bench.run()
        #expect(bench.hook.arrivals.count == 20)
        bench.outbox.fail(.enable, times: 1)
        await #expect(throws: StoreFailure.self) { try await bench.dispatcher.resend(nil) }
    }
}

extension DispatchBench {
    /// Waits until what was said from outside has reached the dispatcher: its queue is asked twice, in turn.
    func settle() async {
        for _ in 0..<2 { _ = await dispatcher.pauses }
        await dispatcher.idle()
    }
}
