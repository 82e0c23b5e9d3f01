import Availability
import Foundation
import Hooks
import Store
import Synchronization
import TestSupport
import Testing

@Suite("A storm of changes, failures and outages")
struct ReceiverStormTests {
    /// How the receiver is: what a test sets, and dice.
    private final class Weather: Sendable {
        private struct State {
            var random: SplitMix
            var isDown = false
            var isCalm = false
        }

        private let state: Mutex<State>

        init(seed: UInt64) {
            state = Mutex(State(random: SplitMix(seed: seed)))
        }

        func turn(isDown: Bool) { state.withLock { $0.isDown = isDown } }

        func calm() { state.withLock { $0.isCalm = true } }

        /// What becomes of a delivery.
        func failure() -> HookFailure? {
            state.withLock { state in
                guard !state.isCalm else { return nil }
                let dice = Int.random(in: 0..<100, using: &state.random)
                let advice: RetryAdvice = dice.isMultiple(of: 3) ? .after(Double(dice)) : .later
                if state.isDown { return dice < 90 ? .down(advice, scope: .receiver) : nil }
                switch dice {
                case 0: return .gone
                case 1..<15: return .down(advice)
                case 15..<20: return .down(advice, scope: .receiver)
                default: return nil
                }
            }
        }
    }

    @Test(
        "whatever happens, the newest arrives last, each event once, nothing at once for one user, nothing in a pause",
        arguments: 1...8 as ClosedRange<UInt64>
    )
    func storm(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        let weather = Weather(seed: seed + 1_000)
        let bench = try await DispatchBench(users: 12, resending: ResendOptions(perSecond: 5), concurrencyLimit: 3)
        var hooks = [bench.hook]
        bench.hook.answer { _ in weather.failure() }
        await bench.dispatcher.start()
        var newest: [MailboxAddress: Int64] = [:]
        for number in 1...300 as ClosedRange<Int64> {
            let user = try mailbox("user\(Int.random(in: 0..<12, using: &random))")
            let presence = [Presence.available, .meeting, .away].randomElement(using: &random) ?? .away
            try await bench.tell([event("\(number)", of: user, .unknown, presence, sequence: number)])
            newest[user] = number
            switch Int.random(in: 0..<40, using: &random) {
            case 0, 1: weather.turn(isDown: true)
            case 2, 3, 4: weather.turn(isDown: false)
            case 5: hooks.last?.forget()
            case 6: _ = try? await bench.dispatcher.resend(nil)
            case 7:
                let other = ScriptedHook(concurrencyLimit: 3, clock: bench.scheduler)
                other.answer { _ in weather.failure() }
                await bench.dispatcher.idle()
                await bench.dispatcher.change(to: [other])
                hooks.append(other)
            case 8:
                bench.outbox.fail(FlakyOutbox.Call.allCases.randomElement(using: &random) ?? .take, times: 2)
            case 9...20: await staysQuietInPause(bench, hooks, &random)
            default: await bench.scheduler.advance(by: Double.random(in: 0..<5, using: &random))
            }
        }
        weather.calm()
        for call in FlakyOutbox.Call.allCases { bench.outbox.fail(call, times: 0) }
        await bench.run()
        // One that was disabled in the end is told everything again.
        _ = try await bench.dispatcher.resend(nil)
        await bench.run()
        await bench.dispatcher.stop()
        let delivered = hooks.flatMap(\.delivered)
        #expect(Set(delivered.map(\.id)).count == delivered.count)
        for (user, sequence) in newest {
            let sequences = delivered.filter { $0.user == user }.map(\.current.sequence)
            #expect(sequences == sequences.sorted(), "\(user)")
            #expect(sequences.last == sequence, "\(user)")
        }
        #expect(hooks.allSatisfy { $0.mostOfOneUser <= 1 && $0.most <= 3 })
        #expect(try await bench.statistics.queued == 0)
        #expect(hooks.allSatisfy { $0.life.filter { ![.delivered, .mended].contains($0) } == [.started, .stopped] })
    }

    /// Up to the end of a pause, where there is one, nothing is sent.
    private func staysQuietInPause(_ bench: DispatchBench, _ hooks: [ScriptedHook], _ random: inout SplitMix) async {
        await bench.dispatcher.idle()
        let now = bench.scheduler.now
        guard let end = await bench.dispatcher.pauses["pbx"], end > now else { return }
        let count = hooks.reduce(0) { $0 + $1.arrivals.count }
        let part = Double.random(in: 0..<0.99, using: &random)
        await bench.scheduler.advance(to: now + end.timeIntervalSince(now) * part)
        await bench.dispatcher.idle()
        #expect(hooks.reduce(0) { $0 + $1.arrivals.count } == count)
        await bench.scheduler.advance(to: end)
    }
}
