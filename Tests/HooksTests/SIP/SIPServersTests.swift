import Availability
import Foundation
import HTTPTransport
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

    private func client(_ servers: [SIPServer], equals: Int = 1, lookUps: Counter = Counter()) -> SIPClient {
        SIPClient(
            SIPClient.Setting(receiver: "sip:pbx", window: 20, timeLimit: 10),
            scheduler: scheduler
        ) { _ throws(HookFailure) in
            lookUps.add()
            return SIPServers(servers, equals: equals)
        }
    }

    /// Asks for so many at once, and gives what came of it.
    private func ask(_ count: Int, _ client: SIPClient) async -> [String] {
        await withTaskGroup(of: String.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do throws(HookFailure) {
                        return "\(try await client.ask(publish(), for: .delivery).status)"
                    } catch {
                        return error.diagnosis.id
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
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

    @Test("of equals the one that answered stays first when the names are looked up again; it holds what was published")
    func equals() async throws {
        let (first, second) = (try await ScriptedSIPServer(.udp), try await ScriptedSIPServer(.udp))
        await first.stop()
        ScriptedPresence().serve(second)
        let client = client([place(first), place(second)], equals: 2)
        #expect(try await client.ask(publish(), for: .delivery).status == 200)
        let again = try await ScriptedSIPServer(.udp, port: first.port)
        await scheduler.advance(by: 601)
        #expect(try await client.ask(publish(), for: .delivery).status == 200)
        #expect((again.count, second.count) == (0, 2))
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

    @Test("name servers that are away cost one request their time, and the servers found before are kept meanwhile")
    func silentNames() async throws {
        let server = try await ScriptedSIPServer(.udp)
        ScriptedPresence().serve(server)
        let (place, scheduler, lookUps) = (place(server), scheduler, Counter())
        // Longer than a request may take.
        let client = SIPClient(
            SIPClient.Setting(receiver: "sip:pbx", window: 20, timeLimit: 10),
            scheduler: scheduler
        ) { _ throws(HookFailure) in
            lookUps.add()
            guard lookUps.count > 1 else { return SIPServers([place]) }
            await scheduler.advance(by: 15)
            throw .unreachable("sip:pbx", seen: "no name server answered")
        }
        #expect(try await client.ask(publish(), for: .delivery).status == 200)
        await scheduler.advance(by: 601)
        for _ in 0..<5 { #expect(try await client.ask(publish(), for: .delivery).status == 200) }
        #expect(lookUps.count == 2)
        await scheduler.advance(by: 61)
        #expect(try await client.ask(publish(), for: .delivery).status == 200)
        #expect(lookUps.count == 3)
    }

    @Test("a server that asks for a login after slow names has its time for that")
    func slowNames() async throws {
        let server = try await ScriptedSIPServer(.udp)
        let presence = ScriptedPresence()
        server.answerAll { request in
            let isKnown = request.header("Authorization") != nil
            let challenge = "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"n\", qop=\"auth\""
            request.send(isKnown ? presence.answer(request) : request.answer("401 Who", [challenge]))
        }
        let (place, scheduler) = (place(server), scheduler)
        var setting = SIPClient.Setting(receiver: "sip:pbx", window: 20, timeLimit: 10)
        setting.credentials = SIPPublishHook.Credentials(username: "a", password: Secret("b"))
        let client = SIPClient(setting, scheduler: scheduler) { _ throws(HookFailure) in
            await scheduler.advance(by: 15)
            return SIPServers([place])
        }
        #expect(try await client.ask(publish(), for: .delivery).status == 200)
    }

    @Test("a silent server is waited for once by all who lined up, and those who come later ask anew")
    func lineBeforeSilence() async throws {
        let server = try await ScriptedSIPServer(.udp)
        let client = client([place(server)])
        async let seen = ask(5, client)
        let first = await server.next()
        while !scheduler.deadlines.keys.contains(where: { $0.hasPrefix("sip: timer f") }) { await Task.yield() }
        while await client.window.waiting < 4 { await Task.yield() }
        await scheduler.advance(by: 10)
        #expect(await seen == Array(repeating: "hook.unreachable", count: 5))
        ScriptedPresence().serve(server)
        #expect(await ask(3, client) == ["200", "200", "200"])
        #expect(first.header("CSeq") == "1 PUBLISH")
    }
}

/// Counts from anywhere.
final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock(\.self) }

    func add() { value.withLock { $0 += 1 } }
}
