import Availability
import Exchange
import Foundation
import HTTPTransport
import OAuthMessages
import TestSupport
import Testing

@Suite("What goes wrong with an authority")
struct AuthorityFailureTests {
    /// Errors and numbers as <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes> lists them.
    @Test(
        "what an authority refuses is told apart",
        arguments: [
            (400, "invalid_request", "AADSTS900144: The body must contain scope.", "oauth.bad-request", "client_id"),
            (400, "invalid_scope", "AADSTS70011: The scope is not valid.", "oauth.bad-request", "scope"),
            (
                400, "invalid_resource", "AADSTS500011: The resource principal was not found.", "oauth.bad-request",
                "scope"
            ),
            (400, "unauthorized_client", "AADSTS700016: Not found in the directory.", "oauth.wrong-tenant", "tenant"),
            (400, "invalid_request", "AADSTS90002: Tenant 'x' not found.", "oauth.wrong-tenant", "tenant"),
            (400, "invalid_request", "AADSTS900023: No valid DNS name.", "oauth.wrong-tenant", "tenant"),
            (401, "invalid_client", "AADSTS7000215: Invalid client secret.", "oauth.unauthorized", "not its id"),
            (401, "invalid_client", "AADSTS7000222: Keys are expired.", "oauth.unauthorized", "new secret"),
            (401, "invalid_client", "AADSTS7000112: Disabled.", "oauth.unauthorized", "when it ends"),
            (400, "invalid_client", "Something else.", "oauth.unauthorized", "when it ends"),
        ]
    )
    func refusals(status: Int, error: String, description: String, id: String, remedy: String) async {
        let failure = await Given.login(ScriptedHTTP(.refusal(status, error, description))).failure()
        #expect(failure?.diagnosis.id == id)
        #expect(failure?.diagnosis.summary.contains("\(error), \(description)") == true)
        #expect(failure?.diagnosis.remedy.contains(remedy) == true)
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test(
        "what is no answer of an authority is told with what it is",
        arguments: [
            (ScriptedHTTP.Answer.status(400), "oauth.bad-request", "HTTP status 400"),
            (.status(401), "oauth.unauthorized", "HTTP status 401"),
            (
                .status(302, ["Location": "https://elsewhere.example.com/"]), "server.unexpected-answer",
                "HTTP status 302"
            ),
            (.status(404, body: "<html>"), "server.unexpected-answer", "HTTP status 404"),
            (.status(200, body: "<html>"), "server.unexpected-answer", "RFC 6749"),
            (.status(200, body: #"{"access_token":"a","token_type":"mac"}"#), "server.unexpected-answer", "“mac”"),
            (.refusal(500, "server_error", "Wait."), "server.unexpected-answer", "server_error, Wait."),
            (.failure(.hostNotFound(host: "login.example.com")), "dns.host-not-found", "login.example.com"),
            (.failure(.connectTimeout(seconds: 15)), "tcp.unreachable", "login.example.com"),
            (.failure(.tls(.untrustedIssuer(nil), host: "login.example.com")), "tls.untrusted", "login.example.com"),
        ]
    )
    func answers(answer: ScriptedHTTP.Answer, id: String, seen: String) async {
        let authority = ScriptedHTTP(answer)
        let failure = await Given.login(authority).failure()
        #expect(failure?.diagnosis.id == id)
        #expect(failure?.diagnosis.summary.contains(seen) == true)
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
        #expect(authority.requests.count == 1)
        if !id.hasPrefix("oauth.") { #expect(failure?.diagnosis.remedy.contains("https://login.example.com") == true) }
    }

    @Test("the words of an authority are quoted in one line, and not all of them")
    func longWords() async {
        let answer = ScriptedHTTP.Answer.refusal(400, "invalid_request", String(repeating: "No\\n. ", count: 400))
        let failure = await Given.login(ScriptedHTTP(answer)).failure()
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
        #expect((failure?.diagnosis.summary.count ?? .max) < 400)
    }

    @Test("a certificate is shown again after a while, and the clock is named where it is to blame")
    func certificate() async throws {
        let openssl = try OpenSSLCommand()
        try openssl.makeIdentity("app")
        let identity = try SigningIdentity(
            certificate: openssl.contents(of: "app.crt"),
            privateKey: openssl.contents(of: "app.key")
        )
        let application = Given.application(.certificate(identity))
        let clock = ManualScheduler(now: identity.validity.lowerBound)
        for (number, remedy) in [(700_027, "Upload"), (700_024, "clock"), (7_000_214, "when it ends")] {
            let authority = ScriptedHTTP(.refusal(401, "invalid_client", "AADSTS\(number): No."), .token("t1"))
            let login = Given.login(authority, application, clock: clock)
            let failure = await login.failure()
            #expect(failure?.diagnosis.id == "oauth.unauthorized")
            #expect(failure?.diagnosis.remedy.contains(remedy) == true)
            #expect(failure?.retry == .after(5))
            #expect(failure.map { flaws(in: $0.diagnosis) } == [])
            await clock.advance(by: 5)
            #expect(await login.failure() == nil)
            let assertions = authority.bodies.map { body in
                URLComponents(string: "?\(body)")?.queryItems?.first { $0.name == "client_assertion" }?.value
            }
            #expect(Set(assertions).count == 2, "each is signed anew")
        }
    }

    @Test("with a certificate that has ended nothing is sent")
    func expired() async throws {
        let openssl = try OpenSSLCommand()
        try openssl.makeIdentity("app", days: "1")
        let identity = try SigningIdentity(
            certificate: openssl.contents(of: "app.crt"),
            privateKey: openssl.contents(of: "app.key")
        )
        for now in [identity.validity.upperBound + 1, identity.validity.lowerBound - 1] {
            let authority = ScriptedHTTP(.token("t1"))
            let clock = ManualScheduler(now: now)
            let failure = await Given.login(authority, Given.application(.certificate(identity)), clock: clock)
                .failure()
            #expect(failure?.diagnosis.id == "oauth.unauthorized")
            #expect(failure.map { flaws(in: $0.diagnosis) } == [])
            #expect(authority.requests.isEmpty)
        }
    }
}
