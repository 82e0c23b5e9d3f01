import Availability
import Foundation
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@testable import Hooks

@Suite("Logging in at a presence server", .timeLimit(.minutes(1)))
struct SIPLoginTests {
    private func bench(_ kind: ScriptedSIPServer.Kind = .udp) async throws -> SIPBench {
        try await SIPBench(kind) {
            $0.credentials = SIPPublishHook.Credentials(username: "push\"er", password: Secret("secret"))
        }
    }

    private func challenge(_ nonce: String, _ more: String = ", qop=\"auth\"") -> String {
        "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"\(nonce)\"\(more)"
    }

    /// Parameters of the answer to a challenge.
    private func part(_ name: String, of request: ScriptedSIPServer.Request) -> String? {
        guard let field = request.header("Authorization") else { return nil }
        let found = try? Regex("[ ,]\(name)=(\"(?:[^\"\\\\]|\\\\.)*\"|[^,\" ]+)").firstMatch(in: field)
        return found?.output[1].substring.map { $0.trimmingCharacters(in: ["\""]) }
    }

    @Test("one challenge does for all users, with a count that rises; the password is never sent")
    func counts() async throws {
        let bench = try await bench()
        let presence = ScriptedPresence()
        let challenge = challenge("n1")
        bench.server.answerAll { request in
            let isKnown = request.header("Authorization") != nil
            request.send(isKnown ? presence.answer(request) : request.answer("401 Who", [challenge]))
        }
        for number in 1...3 {
            let user = try mailbox("user\(number)")
            try await bench.hook.deliver(event("\(number)", of: user, phoneExtension: "\(number)"))
        }
        #expect(bench.server.count == 4)
        #expect(presence.requests.map { part("nc", of: $0) } == ["00000001", "00000002", "00000003"])
        #expect(presence.requests.allSatisfy { part("nonce", of: $0) == "n1" })
        #expect(presence.requests.allSatisfy { part("username", of: $0) == "push\\\"er" })
        #expect(presence.requests.allSatisfy { !$0.text.contains("secret") })
        #expect(Set(presence.requests.map { part("response", of: $0) }).count == 3)
        // Another request, also when it says the same (RFC 3261, 22.2).
        #expect(Set(presence.requests.map { $0.header("CSeq") }).count == 3)
    }

    @Test("the digest is what openssl makes of user, realm, password, nonce and URI", arguments: ["MD5", "SHA-256"])
    func digest(_ algorithm: String) async throws {
        let bench = try await bench()
        let presence = ScriptedPresence()
        let challenge = challenge("n1", ", qop=\"auth\", algorithm=\(algorithm)")
        bench.server.answerAll { request in
            let isKnown = request.header("Authorization") != nil
            request.send(isKnown ? presence.answer(request) : request.answer("401 Who", [challenge]))
        }
        try await bench.hook.deliver(event("1", of: try mailbox("ada")))
        let request = try #require(presence.requests.first)
        let openssl = try OpenSSLCommand()
        func hash(_ text: String) throws -> String {
            try openssl.write(text.utf8, to: "text")
            let digest = try openssl("dgst", algorithm == "MD5" ? "-md5" : "-sha256", "-r", "text")
            return String(digest.prefix { $0 != " " })
        }
        let ownNonce = try #require(part("cnonce", of: request))
        let user = try hash("push\"er:pbx:secret")
        let what = try hash("PUBLISH:sip:101@pbx.example.com")
        #expect(part("response", of: request) == (try hash("\(user):n1:00000001:\(ownNonce):auth:\(what)")))
        #expect(part("algorithm", of: request) == algorithm)
    }

    @Test("a nonce that has grown old is answered with the new one, with one more try")
    func stale() async throws {
        let bench = try await bench()
        let presence = ScriptedPresence()
        let valid = Mutex("n1")
        let fresh = [challenge("n1"), challenge("n2", ", qop=\"auth\", stale=true")]
        bench.server.answerAll { [self] request in
            let nonce = valid.withLock(\.self)
            let isRight = part("nonce", of: request) == nonce
            request.send(isRight ? presence.answer(request) : request.answer("401 Who", [fresh[nonce == "n1" ? 0 : 1]]))
        }
        try await bench.hook.deliver(event("1", of: try mailbox("ada")))
        valid.withLock { $0 = "n2" }
        try await bench.hook.deliver(event("2", of: try mailbox("bob"), phoneExtension: "102"))
        try await bench.hook.deliver(event("3", of: try mailbox("eve"), phoneExtension: "103"))
        #expect(bench.server.count == 2 + 2 + 1)
        #expect(presence.requests.map { part("nc", of: $0) } == ["00000001", "00000001", "00000002"])
    }

    @Test("a wrong password is tried once, not once for each who waits, and then not for a long time")
    func wrong() async throws {
        let bench = try await bench()
        let challenge = challenge("n1")
        let deliveries = Task {
            await withTaskGroup(of: HookFailure?.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        guard let user = MailboxAddress("user\(number)@example.com") else { return nil }
                        return await bench.failure(of: event("\(number)", of: user, phoneExtension: "\(number)"))
                    }
                }
                return await group.reduce(into: [HookFailure]()) { if let failure = $1 { $0.append(failure) } }
            }
        }
        while await bench.hook.client.window.waiting < 9 { await Task.yield() }
        bench.server.answerAll { $0.send($0.answer("401 Who", [challenge])) }
        let failures = await deliveries.value
        #expect(failures.count == 10)
        #expect(failures.allSatisfy { $0.diagnosis.id == "hook.login-refused" && $0.scope == .receiver })
        #expect(failures.allSatisfy { $0.retry == .after(300) })
        #expect(failures.allSatisfy { !"\($0)".contains("secret") })
        // Once without and once with the password.
        #expect(bench.server.count == 2)
        let again = await bench.failure(of: event("1", of: try mailbox("ada")))
        #expect(again?.retry == .after(600))
    }

    @Test("once the server knows us again, the pauses begin anew")
    func mended() async throws {
        let bench = try await bench()
        let presence = ScriptedPresence()
        let isMended = Mutex(false)
        let challenge = challenge("n1")
        bench.server.answerAll { request in
            let isKnown = isMended.withLock(\.self) && request.header("Authorization") != nil
            request.send(isKnown ? presence.answer(request) : request.answer("401 Who", [challenge]))
        }
        let ada = try mailbox("ada")
        #expect(await bench.failure(of: event("1", of: ada))?.retry == .after(300))
        isMended.withLock { $0 = true }
        #expect(await bench.failure(of: event("1", of: ada)) == nil)
        isMended.withLock { $0 = false }
        #expect(await bench.failure(of: event("2", of: ada))?.retry == .after(300))
    }

    @Test("a proxy on the way asks for itself")
    func proxy() async throws {
        let bench = try await bench()
        let presence = ScriptedPresence()
        let (own, proxys) = (challenge("n1"), challenge("p1").replacing("WWW-Authenticate", with: "Proxy-Authenticate"))
        bench.server.answerAll { request in
            if request.header("Proxy-Authorization") == nil { return request.send(request.answer("407 Who", [proxys])) }
            if request.header("Authorization") == nil { return request.send(request.answer("401 Who", [own])) }
            request.send(presence.answer(request))
        }
        try await bench.hook.deliver(event("1", of: try mailbox("ada")))
        #expect(bench.server.count == 3)
    }

    @Test("nothing of the hook prints the password")
    func prints() {
        let credentials = SIPPublishHook.Credentials(username: "pusher", password: Secret("secret"))
        var options = SIPPublishHook.Options(host: "pbx.example.com", presentity: Presentity("sip:{extension}@x"))
        options.credentials = credentials
        var dumped = ""
        dump(options, to: &dumped)
        #expect(!"\(options) \(credentials) \(dumped) \(String(reflecting: options))".contains("secret"))
    }
}
