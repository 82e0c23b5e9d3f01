import Availability
import Foundation
import NameService
import SIPMessages
import Synchronization
import TestSupport
import Testing

@testable import Hooks

@Suite("Several servers", .timeLimit(.minutes(1)))
struct SIPServersTests {
    private let scheduler = ManualScheduler(now: monday)

    private func place(_ server: ScriptedSIPServer) -> SIPServer {
        SIPServer(
            name: "localhost",
            address: HostAddress("127.0.0.1", .v4),
            port: UInt16(server.port),
            transport: .udp
        )
    }

    private func client(_ servers: [SIPServer], lookUps: Counter = Counter()) -> SIPClient {
        SIPClient(
            SIPClient.Setting(receiver: "sip:pbx", window: 20, timeLimit: 10),
            scheduler: scheduler
        ) { _ throws(HookFailure) in
            lookUps.add()
            return servers
        }
    }

    private func publish() -> PublishRequest {
        PublishRequest(
            of: SIPURI(user: "101", host: "pbx.example.com"),
            .publish(Array("<presence/>".utf8)),
            expires: 3_600,
            via: ViaHeader(.udp, host: "a.invalid", port: nil, unique: "1"),
            callID: "1",
            sequence: 1,
            tag: "a",
            userAgent: "test"
        )
    }

    @Test("where nobody listens at the first, the next is asked, and from then on first")
    func dead() async throws {
        let (first, second) = (try await ScriptedSIPServer(.udp), try await ScriptedSIPServer(.udp))
        await first.stop()
        ScriptedPresence().serve(second)
        let client = client([place(first), place(second)])
        #expect(try await client.ask(publish(), for: .delivery).status == 200)
        let again = try await ScriptedSIPServer(.udp, port: first.port)
        #expect(try await client.ask(publish(), for: .delivery).status == 200)
        #expect((again.count, second.count) == (0, 2))
        // Until the names are looked up again.
        ScriptedPresence().serve(again)
        await scheduler.advance(by: 601)
        #expect(try await client.ask(publish(), for: .delivery).status == 200)
        #expect((again.count, second.count) == (1, 2))
    }

    @Test("one that is silent has its part of the time, and then the next is asked")
    func silent() async throws {
        let (first, second) = (try await ScriptedSIPServer(.udp), try await ScriptedSIPServer(.udp))
        ScriptedPresence().serve(second)
        let client = client([place(first), place(second)])
        async let response = client.ask(publish(), for: .delivery)
        _ = await first.next()
        while !scheduler.deadlines.keys.contains(where: { $0.hasPrefix("sip: timer f") }) { await Task.yield() }
        await scheduler.advance(by: 5)
        #expect(try await response.status == 200)
    }

    @Test("one that is overloaded sends us to the next; where all are, the answer says until when")
    func overloaded() async throws {
        let (first, second) = (try await ScriptedSIPServer(.udp), try await ScriptedSIPServer(.udp))
        first.answerAll { $0.send($0.answer("503 Busy", ["Retry-After: 5"])) }
        ScriptedPresence().serve(second)
        let servers = [place(first), place(second)]
        #expect(try await client(servers).ask(publish(), for: .delivery).status == 200)
        second.answerAll { $0.send($0.answer("503 Busy", ["Retry-After: 7"])) }
        let response = try await client(servers).ask(publish(), for: .delivery)
        #expect((response.status, response.headers["Retry-After"]) == (503, "7"))
    }

    @Test("names are looked up once for many requests, and again after all servers failed")
    func lookUps() async throws {
        let server = try await ScriptedSIPServer(.udp)
        ScriptedPresence().serve(server)
        let lookUps = Counter()
        let client = client([place(server)], lookUps: lookUps)
        for _ in 0..<5 { _ = try await client.ask(publish(), for: .delivery) }
        #expect(lookUps.count == 1)
        await server.stop()
        await #expect(throws: HookFailure.self) { try await client.ask(publish(), for: .delivery) }
        await #expect(throws: HookFailure.self) { try await client.ask(publish(), for: .delivery) }
        #expect(lookUps.count == 2)
    }
}

/// Counts from anywhere.
final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock(\.self) }

    func add() { value.withLock { $0 += 1 } }
}
