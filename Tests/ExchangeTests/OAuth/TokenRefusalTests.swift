import Availability
import Exchange
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite("Tokens that a server refuses")
struct TokenRefusalTests {
    private static let good = ScriptedHTTP.Answer.soap(Documents.availability(Documents.mailbox("FreeBusy")))
    private let clock = ManualScheduler(now: Given.now)

    @Test("a token that is refused is replaced once, and the request sent again")
    func replaced() async throws {
        let authority = ScriptedHTTP(.token("t1"), .token("t2"))
        let http = ScriptedHTTP(.tokenRefused("The token has expired."), Self.good)
        let connector = try Given.applicationConnector(http, authority: authority, clock: clock)
        #expect(await connector.failure() == nil)
        #expect(http.requests.map(\.token) == ["t1", "t2"])
        #expect(await connector.failure() == nil)
        #expect(http.requests.map(\.token) == ["t1", "t2", "t2"])
    }

    @Test("what is refused in its place is diagnosed, and the authority not asked again with each request")
    func refusedAgain() async throws {
        let authority = ScriptedHTTP(.token("t1"), .token("t2"), .token("t3"))
        let http = ScriptedHTTP(.tokenRefused("The token has an invalid signature."))
        let connector = try Given.applicationConnector(http, authority: authority, clock: clock)
        let failure = await connector.failure()
        #expect(failure?.diagnosis.id == "oauth.unauthorized")
        #expect(failure?.diagnosis.summary.contains("The token has an invalid signature.") == true)
        #expect(failure?.retry == .later)
        #expect(await connector.failure() == failure)
        #expect(http.requests.map(\.token) == ["t1", "t2", "t2"])
        #expect(authority.requests.count == 2)
        await clock.advance(by: 300)
        #expect(await connector.failure() == failure)
        #expect(http.requests.map(\.token) == ["t1", "t2", "t2", "t2", "t3"])
    }

    @Test("requests whose token is refused together wait for one other token together")
    func together() async throws {
        let authority = ScriptedHTTP(.token("t1"), .token("t2"))
        let isRevoked = Atomic(false)
        let http = DecidingHTTP { request in
            request.token == "t1" && isRevoked.load(ordering: .relaxed) ? .tokenRefused(nil) : Self.good
        }
        let connector = try Given.applicationConnector(http, authority: authority, clock: clock)
        #expect(await connector.failure() == nil)
        isRevoked.store(true, ordering: .relaxed)
        let failures = await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { await connector.failure()?.diagnosis.id } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures == Array(repeating: nil, count: 4))
        #expect(authority.requests.count == 2)
    }

    /// Reasons as Exchange gives them; the categories are those of MS-XOAUTH.
    @Test(
        "Exchange's reasons are told apart",
        arguments: [
            (
                ScriptedHTTP.Answer.tokenRefused(
                    "The audience of the token 'https://graph.microsoft.com' doesn't match the endpoint.",
                    "invalid_resource"
                ),
                "oauth.bad-request", "scope"
            ),
            (
                .tokenRefused("The tenant for tenant guid 'contoso.com' does not exist.", "invalid_tenant"),
                "oauth.wrong-tenant", "tenant"
            ),
            (
                .tokenRefused(
                    "The token contains no permissions, or permissions can not be understood.",
                    "invalid_grant"
                ),
                "access.denied", "full_access_as_app"
            ),
            (.tokenRefused(nil), "oauth.unauthorized", "authority"),
            (.status(401), "oauth.unauthorized", "authority"),
            (
                .status(
                    401,
                    ["WWW-Authenticate": #"Bearer error="insufficient_scope", error_description="No, not you.""#]
                ),
                "access.denied", "full_access_as_app"
            ),
            (.status(401, ["WWW-Authenticate": "Negotiate, NTLM"]), "auth.scheme-not-offered", "OAuthAuthentication"),
            (
                .tokenRefused("The token contains not enough scope to make this call.", "invalid_grant", status: 403),
                "access.denied", "Application EWS.AccessAsApp"
            ),
            (.status(403), "access.denied", "EWSAllowedAppIDs"),
            (.fault("ErrorAccessDenied"), "access.denied", "2027-04-01"),
        ]
    )
    func reasons(answer: ScriptedHTTP.Answer, id: String, remedy: String) async throws {
        let connector = try Given.applicationConnector(
            ScriptedHTTP(answer),
            account: "service@example.com",
            clock: clock
        )
        var mailboxes: [MailboxAddress] = []
        for name in ["a", "b", "c", "d", "e", "f"] { mailboxes += Given.mailboxes(name) }
        do {
            _ = try await connector.readBusyTimes(of: mailboxes, within: Given.window)
            Issue.record("there is no failure")
        } catch {
            #expect(error.diagnosis.id == id)
            #expect(error.diagnosis.remedy.contains(remedy))
            #expect(flaws(in: error.diagnosis) == [])
            if case .success(let response) = answer, let said = response.headers["x-ms-diagnostics"] {
                let reason = said.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
                #expect(error.diagnosis.summary.contains(reason))
            }
        }
    }

    @Test("no reason is quoted that may hold a part of the token")
    func tokenInReason() async throws {
        let part = String(repeating: "eyJ0eXAiOiJKV1Qi", count: 10)
        let http = ScriptedHTTP(.tokenRefused("Unable to read or process token, additional details: '\(part)'."))
        let summary = try await Given.applicationConnector(http, clock: clock).failure()?.diagnosis.summary
        #expect(summary?.contains("Unable to read or process token") == true)
        #expect(summary?.contains("eyJ0") == false)
    }

    @Test("a mailbox of another tenant is a failure of that mailbox, and of no other")
    func anotherTenant() async throws {
        let refused = ScriptedHTTP.Answer.tokenRefused("The tenant for realm 'x' does not exist.", "invalid_tenant")
        let authority = ScriptedHTTP(.token("t1"))
        let http = ScriptedHTTP(refused, .soap(Documents.outOfOffice(Documents.scheduledReply)))
        let connector = try Given.applicationConnector(http, authority: authority, clock: clock)
        guard case .failure(let failure) = try await connector.readAutomaticReply(of: Given.mailboxes("anna")[0]) else {
            Issue.record("there is no failure")
            return
        }
        #expect(failure.diagnosis.id == "oauth.wrong-tenant")
        guard case .success = try await connector.readAutomaticReply(of: Given.mailboxes("ben")[0]) else {
            Issue.record("there is a failure")
            return
        }
        #expect(authority.requests.count == 1)
    }

    @Test("what is said to an application of a mailbox names what Exchange Online calls it")
    func mailboxes() async throws {
        for (code, id, remedy) in [
            ("ErrorNonExistentMailbox", "mailbox.not-found", "licence"),
            ("ErrorInvalidLicense", "mailbox.no-license", "Microsoft 365"),
            ("ErrorImpersonateUserDenied", "access.impersonation-denied", "RBAC for Applications"),
        ] {
            let connector = try Given.applicationConnector(ScriptedHTTP(.fault(code)), clock: clock)
            guard case .failure(let failure) = try await connector.readAutomaticReply(of: Given.mailboxes("anna")[0])
            else {
                Issue.record("there is no failure")
                return
            }
            #expect(failure.diagnosis.id == id)
            #expect(failure.diagnosis.remedy.contains(remedy))
            #expect(flaws(in: failure.diagnosis) == [])
        }
    }
}
