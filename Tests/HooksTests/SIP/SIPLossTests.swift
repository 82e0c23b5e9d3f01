import Availability
import Foundation
import Hooks
import TestSupport
import Testing

@Suite("Publishing over UDP, where things get lost", .timeLimit(.minutes(1)))
struct SIPLossTests {
    @Test("a request that gets no answer is sent again after 0.5 s, 1.5 s and 3.5 s, byte for byte")
    func retransmits() async throws {
        let bench = try await SIPBench()
        let ada = try mailbox("ada")
        async let failure = bench.failure(of: event("1", of: ada))
        let first = await bench.server.next()
        await bench.untilAsked()
        for seconds in [0.5, 1.5, 3.5] {
            await bench.scheduler.advance(to: later(seconds - 0.01))
            let before = bench.server.count
            await bench.scheduler.advance(to: later(seconds))
            let again = await bench.server.next()
            #expect(again.text == first.text)
            #expect(again.arrival == before + 1)
        }
        first.send(first.answer("200 OK", ["SIP-ETag: a", "Expires: 3600"]))
        #expect(await failure == nil)
        await bench.until { !bench.scheduler.deadlines.keys.contains { $0.contains("timer") } }
        #expect(bench.store.tags == ["a"])
    }

    @Test("answers that come twice, late, for others or as garbage change nothing")
    func strays() async throws {
        let bench = try await SIPBench()
        let ada = try mailbox("ada")
        async let failure = bench.failure(of: event("1", of: ada))
        let first = await bench.server.next()
        for text in ["", "\r\n\r\n", "no SIP at all", "SIP/2.0 200 OK\r\n\r\n", String(repeating: "x", count: 60_000)] {
            first.send(text)
        }
        let right = first.answer("200 OK", ["SIP-ETag: a", "Expires: 3600"])
        first.send(right.replacing("branch=", with: "branch=z9hG4bKother;was="))
        first.send(right.replacing("PUBLISH", with: "OPTIONS"))
        first.send(first.answer("100 Trying"))
        first.send(right)
        first.send(right.replacing("SIP-ETag: a", with: "SIP-ETag: b"))
        #expect(await failure == nil)
        #expect(bench.store.tags == ["a"])
        // The next answer finds its request behind all that.
        async let next = bench.failure(of: event("2", of: ada, .meeting, .available))
        let second = await bench.server.next()
        #expect(second.header("SIP-If-Match") == "a")
        first.send(right.replacing("SIP-ETag: a", with: "SIP-ETag: late"))
        second.send(second.answer("200 OK", ["SIP-ETag: c", "Expires: 3600"]))
        #expect(await next == nil)
        #expect(bench.store.tags == ["c"])
    }

    @Test("a server that is silent is out of reach when the hook's time is over, and the others wait")
    func silent() async throws {
        let bench = try await SIPBench { $0.timeLimit = 5 }
        let ada = try mailbox("ada")
        async let failure = bench.failure(of: event("1", of: ada))
        _ = await bench.server.next()
        await bench.untilAsked()
        await bench.scheduler.advance(by: 5)
        let seen = await failure
        #expect(seen?.diagnosis.id == "hook.unreachable")
        #expect(seen?.scope == .receiver)
        #expect(seen?.diagnosis.summary.contains("within 5 s") == true)
    }

    @Test("a longer time than 32 s is not waited for: timer F")
    func timerF() async throws {
        let bench = try await SIPBench { $0.timeLimit = 120 }
        let ada = try mailbox("ada")
        async let failure = bench.failure(of: event("1", of: ada))
        _ = await bench.server.next()
        await bench.untilAsked()
        await bench.scheduler.advance(by: 31.9)
        await bench.until { bench.server.count == 11 }
        #expect(bench.scheduler.deadlines.keys.contains { $0.hasPrefix("sip: timer f") })
        await bench.scheduler.advance(by: 0.2)
        #expect(await failure?.diagnosis.id == "hook.unreachable")
    }

    @Test("where nobody listens that is known at once, and not only when time is over")
    func nobody() async throws {
        let bench = try await SIPBench()
        await bench.server.stop()
        let failure = await bench.failure(of: event("1", of: try mailbox("ada")))
        #expect(failure?.diagnosis.id == "hook.unreachable")
        #expect(failure?.scope == .receiver)
        // And when somebody is there again it works, over a new socket.
        let again = try await ScriptedSIPServer(.udp, port: bench.server.port)
        ScriptedPresence().serve(again)
        #expect(await bench.failure(of: event("1", of: try mailbox("ada"))) == nil)
    }

    @Test("no more requests are open than the window allows, and one until the server has answered", arguments: [1, 5])
    func window(_ size: Int) async throws {
        let bench = try await SIPBench { $0.concurrencyLimit = size }
        let deliveries = Task {
            await withTaskGroup(of: HookFailure?.self) { group in
                for number in 0..<30 {
                    group.addTask {
                        guard let user = MailboxAddress("user\(number)@example.com") else { return nil }
                        return await bench.failure(of: event("\(number)", of: user, phoneExtension: "\(number)"))
                    }
                }
                return await group.reduce(into: [HookFailure]()) { if let failure = $1 { $0.append(failure) } }
            }
        }
        func answer(_ request: ScriptedSIPServer.Request) {
            request.send(request.answer("200 OK", ["SIP-ETag: t\(request.arrival)", "Expires: 3600"]))
        }
        let first = await bench.server.next()
        await bench.untilAsked()
        #expect((open(bench), bench.server.count) == (1, 1))
        answer(first)
        var answered = 1
        while answered < 30 {
            let request = await bench.server.next()
            // As many as came and have no answer, whatever the client says of itself.
            #expect(bench.server.count - answered <= size)
            #expect(open(bench) <= size)
            answer(request)
            answered += 1
        }
        #expect(await deliveries.value == [])
        #expect(bench.store.kept.count == 30)
        #expect(bench.server.count == 30)
        // What waited together was written together.
        #expect(bench.store.transactions <= 30)
    }

    private func open(_ bench: SIPBench) -> Int {
        bench.scheduler.deadlines.keys.count { $0.hasPrefix("sip: timer f") }
    }
}
