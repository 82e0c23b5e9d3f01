import Availability
import Exchange
import Foundation
import HTTPTransport
import OAuthMessages
import TestSupport
import Testing

@Suite("Logging in as an application")
struct OAuthLoginTests {
    private let clock = ManualScheduler(now: Given.now)

    @Test("a token is asked for once, in the words of the client credentials grant")
    func asks() async throws {
        let authority = ScriptedHTTP(.token("t1"))
        let login = Given.login(authority, clock: clock)
        #expect(try await login.token() == "t1")
        #expect(try await login.token() == "t1")
        let request = try #require(authority.requests.first)
        #expect(authority.requests.count == 1)
        #expect(request.method == "POST")
        #expect(request.url == Given.endpoint)
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(request.authentication == .none)
        let fields = URLComponents(string: "?\(authority.bodies[0])")?.queryItems ?? []
        #expect(fields.first { $0.name == "grant_type" }?.value == "client_credentials")
        #expect(fields.first { $0.name == "client_secret" }?.value == "battery staple")
        #expect(login.account == "app-1")
    }

    @Test("five minutes before its end a token is renewed, and requests go on with the old one meanwhile")
    func renews() async throws {
        let authority = ScriptedHTTP(.token("t1"), .token("t2"))
        let login = Given.login(authority, clock: clock)
        _ = try await login.token()
        await clock.advance(by: 3_299)
        #expect(try await login.token() == "t1")
        #expect(authority.requests.count == 1)
        await clock.advance(by: 1)
        #expect(try await login.token() == "t1")
        try await expectSoon("t2", of: login)
        #expect(authority.requests.count == 2)
    }

    @Test("a renewal that fails is repeated at growing distance, and the old token used until just before its end")
    func failedRenewal() async throws {
        let authority = ScriptedHTTP(.token("t1"), .status(500))
        let login = Given.login(authority, clock: clock)
        _ = try await login.token()
        await clock.advance(by: 3_300)
        var attempts: [Int] = []
        for second in 0..<270 {
            #expect(try await login.token() == "t1", "\(second)")
            await settle()
            if authority.requests.count > attempts.count + 1 { attempts.append(second) }
            await clock.advance(by: 1)
        }
        #expect(attempts == [0, 5, 15, 35, 75, 155])
        #expect(await login.failure()?.diagnosis.id == "server.unexpected-answer")
    }

    @Test("without a token each failure is told, but the authority asked at growing distance only")
    func failures() async throws {
        let authority = ScriptedHTTP(.status(500))
        let login = Given.login(authority, clock: clock)
        var attempts: [Int] = []
        for second in 0..<100 {
            let failure = await login.failure()
            #expect(failure?.diagnosis.id == "server.unexpected-answer")
            if authority.requests.count > attempts.count { attempts.append(second) }
            await clock.advance(by: 1)
        }
        #expect(attempts == [0, 5, 15, 35, 75])
    }

    @Test("a failure says when it is worth to come back")
    func retryAdvice() async {
        let login = Given.login(ScriptedHTTP(.status(500)), clock: clock)
        #expect(await login.failure()?.retry == .after(5))
        await clock.advance(by: 2)
        #expect(await login.failure()?.retry == .after(3))
    }

    @Test("an authority that asks to be left alone is left alone", arguments: [429, 503])
    func retryAfter(status: Int) async throws {
        let authority = ScriptedHTTP(.status(status, ["Retry-After": "120"]), .token("t1"))
        let login = Given.login(authority, clock: clock)
        let failure = await login.failure()
        #expect(failure?.diagnosis.id == "server.busy")
        #expect(failure?.retry == .after(120))
        await clock.advance(by: 119)
        #expect(await login.failure()?.retry == .after(1))
        #expect(authority.requests.count == 1)
        await clock.advance(by: 1)
        #expect(try await login.token() == "t1")
    }

    @Test("requests that come together ask for one token together")
    func together() async {
        let barrier = Gate()
        let authority = ScriptedHTTP(.token("t1")) { await barrier.wait() }
        let login = Given.login(authority, clock: clock)
        let tokens = await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { try? await login.token() } }
            await settle()
            barrier.open()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(tokens == Array(repeating: "t1", count: 8))
        #expect(authority.requests.count == 1)
    }

    @Test("who gives up waiting does not end it for the others")
    func cancelled() async throws {
        let barrier = Gate()
        let authority = ScriptedHTTP(.token("t1")) {
            await barrier.wait()
            #expect(!Task.isCancelled)
        }
        let login = Given.login(authority, clock: clock)
        let first = Task { try? await login.token() }
        await settle()
        let second = Task { try? await login.token() }
        await settle()
        first.cancel()
        await settle()
        barrier.open()
        #expect(await second.value == "t1")
        #expect(authority.requests.count == 1)
    }

    @Test("a token that lives for a moment is used by those who waited for it")
    func shortLife() async throws {
        let authority = ScriptedHTTP(.token("t1", lifetime: 1))
        let login = Given.login(authority, clock: clock)
        #expect(try await login.token() == "t1")
        await clock.advance(by: 1)
        #expect(try await login.token() == "t1")
        #expect(authority.requests.count == 2)
    }

    @Test("a clock that was set back keeps nobody from asking")
    func clockSetBack() async throws {
        let authority = ScriptedHTTP(.status(503, ["Retry-After": "86400"]), .token("t1"))
        let login = Given.login(authority, clock: clock)
        _ = await login.failure()
        let earlier = SteppedClock(clock)
        let other = OAuthLogin(Given.application(), http: authority, clock: earlier, random: { 0 })
        #expect(await other.failure() == nil)
        earlier.offset = -31_536_000
        // The old token goes on until the new one is there.
        #expect(try await other.token() == "t1")
        await settle()
        #expect(authority.requests.count == 3)
    }

    @Test("a secret that is refused is sent once, and again only when an administrator wants it")
    func secretRefused() async throws {
        let authority = ScriptedHTTP(.refusal(401, "invalid_client", "AADSTS7000215: Invalid."), .token("t1"))
        let login = Given.login(authority, clock: clock)
        let failure = await login.failure()
        #expect(failure?.diagnosis.id == "oauth.unauthorized")
        #expect(failure?.retry == .never)
        await clock.advance(by: 1_000_000)
        #expect(await login.failure() == failure)
        #expect(authority.requests.count == 1)
        await login.allowAnotherAttempt()
        #expect(try await login.token() == "t1")
    }

    @Test("secret and token show nowhere")
    func secrets() async throws {
        let login = Given.login(ScriptedHTTP(.token("verysecret"), .status(400, body: "verysecret")), clock: clock)
        _ = try await login.token()
        await clock.advance(by: 4_000)
        var dumped = "\(login) \(String(describing: await login.failure())) \(Given.application())"
        dump(login, to: &dumped)
        dump(Given.application(), to: &dumped)
        #expect(dumped.contains("contoso.com"))
        #expect(!dumped.contains("verysecret"))
        #expect(!dumped.contains("battery staple"))
    }

    /// Lets tasks that can go on do so.
    private func settle() async {
        for _ in 0..<2_000 { await Task.yield() }
    }

    /// A renewal goes on beside the requests.
    private func expectSoon(_ token: String, of login: OAuthLogin) async throws {
        for _ in 0..<10_000 {
            if try await login.token() == token { return }
            await Task.yield()
        }
        Issue.record("\(token) does not come")
    }
}
