import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("Subscribing")
struct SubscribingTests {
    private static func subscribe(
        _ http: ScriptedHTTP,
        by method: NotificationMethod = .streaming,
        access: EWSConnectorOptions.Access = .impersonation,
        affinity: String? = nil,
        push: PushOptions? = nil
    ) async throws -> SubscriptionAnswer {
        let connector = Given.connector(http, try Given.notifyingOptions(access: access, push: push))
        let route = try Given.route(affinity: affinity)
        return try await connector.subscribe(to: try Given.mailbox("ben"), by: method, route: route)
    }

    private static func failure(_ answer: ScriptedHTTP.Answer) async throws -> SourceFailure? {
        do {
            _ = try await subscribe(ScriptedHTTP(answer))
            return nil
        } catch {
            return error as? SourceFailure
        }
    }

    private static let good = ScriptedHTTP.Answer.soap(Documents.subscribed("id-1"))

    private static func setting(_ cookies: String...) -> ScriptedHTTP.Answer {
        good.map { response in
            var response = response
            for cookie in cookies { response.headers.append("Set-Cookie", cookie) }
            return response
        }
    }

    // MARK: What is sent

    @Test("a mailbox is asked for in its own name, by way of its group's anchor")
    func impersonation() async throws {
        let http = ScriptedHTTP(Self.good)
        _ = try await Self.subscribe(http)
        #expect(http.impersonated() == "ben@example.com")
        #expect(http.routing() == ["X-AnchorMailbox": "anna@example.com", "X-PreferServerAffinity": "true"])
        let body = try #require(http.bodies.first)
        #expect(body.contains("<m:StreamingSubscriptionRequest>"))
        #expect(body.contains("<t:EventType>FreeBusyChangedEvent</t:EventType>"))
        #expect(!body.contains("<t:Mailbox>"))
    }

    @Test("an account with rights of its own names the calendar and impersonates nobody")
    func delegate() async throws {
        let http = ScriptedHTTP(Self.good)
        _ = try await Self.subscribe(http, access: .delegate)
        #expect(http.impersonated() == nil)
        #expect(http.routing()["X-AnchorMailbox"] == "anna@example.com")
        let folder = "<t:Mailbox><t:EmailAddress>ben@example.com</t:EmailAddress></t:Mailbox>"
        #expect(http.bodies.first?.contains(folder) == true)
    }

    @Test("a pull subscription lives for as long as the options say")
    func pull() async throws {
        let http = ScriptedHTTP(.soap(Documents.subscribed("id-1", watermark: "AQAAAA==")))
        let answer = try await Self.subscribe(http, by: .pull)
        #expect(http.bodies.first?.contains("<t:Timeout>30</t:Timeout>") == true)
        let expected = Subscription(
            mailbox: try Given.mailbox("ben"),
            id: "id-1",
            method: .pull,
            route: try Given.route(),
            watermark: "AQAAAA==",
            createdAt: Given.now
        )
        #expect(answer == .subscribed(expected))
    }

    // MARK: Affinity

    @Test(
        "the back end is learnt from the first answer, if it can be one",
        arguments: [
            (["X-BackEndOverrideCookie=mbx01~1941996295; path=/; secure; HttpOnly"], "mbx01~1941996295"),
            (["ClientId=7; path=/", "X-BackEndOverrideCookie=mbx02~1"], "mbx02~1"),
            (["ClientId=X-BackEndOverrideCookie=mbx01"], nil),
            (["X-BackEndOverrideCookie=; expires=Thu, 01 Jan 1970 00:00:00 GMT"], nil),
            (["X-BackEndOverrideCookie=a b"], nil),
            (["X-BackEndOverrideCookie=a\u{7}b"], nil),
            (["X-BackEndOverrideCookie=mbx-ä"], nil),
            (["X-BackEndOverrideCookie=" + String(repeating: "x", count: 1_025)], nil),
            (["X-BackEndOverrideCookie=" + String(repeating: "x", count: 1_024)], String(repeating: "x", count: 1_024)),
            ([], nil),
        ] as [([String], String?)]
    )
    func learning(cookies: [String], affinity: String?) async throws {
        var answer = Self.good
        if let first = cookies.first { answer = Self.setting(first) }
        if cookies.count > 1 { answer = Self.setting(cookies[0], cookies[1]) }
        guard case .subscribed(let subscription) = try await Self.subscribe(ScriptedHTTP(answer)) else {
            Issue.record("not subscribed")
            return
        }
        #expect(subscription.route.affinity == affinity)
        #expect(subscription.route.anchor == (try Given.mailbox("anna")))
    }

    @Test("it is sent back and not changed by later answers")
    func keeping() async throws {
        let http = ScriptedHTTP(Self.setting("X-BackEndOverrideCookie=mbx02~1"))
        let answer = try await Self.subscribe(http, affinity: "mbx01~1")
        #expect(http.routing()["Cookie"] == "X-BackEndOverrideCookie=mbx01~1")
        guard case .subscribed(let subscription) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(subscription.route.affinity == "mbx01~1")
    }

    @Test("what cannot be a cookie is not sent, wherever it was kept")
    func spoiled() async throws {
        let http = ScriptedHTTP(Self.good)
        _ = try await Self.subscribe(http, affinity: "a\r\nX-Evil: 1")
        #expect(http.routing()["Cookie"] == nil)
    }

    // MARK: Versions

    @Test("an old server is subscribed to by pull without the events that it does not know")
    func oldServer() async throws {
        let http = ScriptedHTTP(
            .fault("ErrorInvalidServerVersion"),
            .fault("ErrorInvalidServerVersion"),
            .fault("ErrorInvalidServerVersion"),
            .soap(Documents.subscribed("id-1", watermark: "AQ=="))
        )
        guard case .subscribed = try await Self.subscribe(http, by: .pull) else {
            Issue.record("not subscribed")
            return
        }
        #expect(http.bodies.map { $0.contains("FreeBusyChangedEvent") } == [true, true, true, false])
        #expect(http.bodies.last?.contains(#"Version="Exchange2010""#) == true)
    }

    @Test("a server that only knows versions without streaming is not asked for it again")
    func oldServerStreaming() async throws {
        let http = ScriptedHTTP(.fault("ErrorInvalidServerVersion"))
        let connector = Given.connector(http, try Given.notifyingOptions())
        for count in [3, 3] {
            let answer = try await connector.subscribe(
                to: try Given.mailbox("ben"),
                by: .streaming,
                route: try Given.route()
            )
            guard case .methodUnknown(let diagnosis) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(diagnosis.id == "subscription.method-unknown")
            #expect(flaws(in: diagnosis) == [])
            // 2013, 2010 SP2, 2010 SP1.
            #expect(http.requests.count == count)
        }
        await #expect {
            _ = try await connector.listen(to: [try Given.subscription("a")], route: try Given.route())
        } throws: {
            ($0 as? ChannelFailure)?.diagnosis.id == "subscription.method-unknown"
        }
        #expect(http.requests.count == 3)
    }

    @Test(
        "a server whose schema has no such subscription does not know the method",
        arguments: ["ErrorSchemaValidation", "ErrorIncorrectSchemaVersion", "ErrorInvalidRequest"]
    )
    func methodUnknown(code: String) async throws {
        for answer in [ScriptedHTTP.Answer.fault(code), .soap(Documents.message("Subscribe", code: code))] {
            guard case .methodUnknown = try await Self.subscribe(ScriptedHTTP(answer)) else {
                Issue.record("\(answer)")
                return
            }
        }
    }

    // MARK: Refusals

    @Test(
        "a mailbox that cannot be subscribed to is data, as a message and as a fault",
        arguments: [
            ("ErrorNonExistentMailbox", "mailbox.not-found"),
            ("ErrorNonPrimarySmtpAddress", "mailbox.address-mismatch"),
            ("ErrorProxyRequestNotAllowed", "mailbox.elsewhere"), ("ErrorMissingEmailAddress", "mailbox.no-license"),
            ("ErrorImpersonateUserDenied", "access.impersonation-denied"), ("ErrorAccessDenied", "calendar.no-access"),
            ("ErrorSubscriptionAccessDenied", "calendar.no-access"),
            ("ErrorSubscriptionDelegateAccessNotSupported", "calendar.no-access"),
            ("ErrorFolderNotFound", "calendar.no-access"), ("ErrorItemNotFound", "calendar.no-access"),
            ("ErrorExceededSubscriptionCount", "subscription.limit"),
            ("ErrorInvalidPushSubscriptionUrl", "callback.unreachable"),
            ("ErrorInvalidSubscriptionRequest", "server.fault"), ("ErrorMailboxMoveInProgress", "server.fault"),
            ("ErrorProxiedSubscriptionCallFailure", "server.fault"), ("ErrorOfTheFuture", "server.fault"),
        ]
    )
    func refusals(code: String, id: String) async throws {
        for answer in [ScriptedHTTP.Answer.fault(code), .soap(Documents.message("Subscribe", code: code))] {
            guard case .refused(let failure) = try await Self.subscribe(ScriptedHTTP(answer)) else {
                Issue.record("\(answer)")
                return
            }
            #expect(failure.diagnosis.id == id)
            #expect(failure.retry == .later)
            #expect(flaws(in: failure.diagnosis) == [])
        }
    }

    @Test("a fault that blames the request without a code is this mailbox's")
    func bareFault() async throws {
        guard case .refused(let failure) = try await Self.subscribe(ScriptedHTTP(.bareFault("soap:Client"))) else {
            Issue.record("not refused")
            return
        }
        #expect(failure.diagnosis.id == "server.fault")
    }

    @Test(
        "what concerns the server or the account is thrown",
        arguments: [
            (
                ScriptedHTTP.Answer.soap(
                    Documents.message("Subscribe", code: "ErrorServerBusy", xml: Documents.backOff)
                ),
                SourceExpectation("server.busy", .after(4.5))
            ),
            (.fault("ErrorServerBusy"), SourceExpectation("server.busy", .later)),
            (.soap(Documents.message("Subscribe", code: "ErrorExceededConnectionCount")), .init("subscription.limit")),
            (.status(503, ["Retry-After": "7"]), SourceExpectation("server.busy", .after(7))),
            (.status(401, ["WWW-Authenticate": "Basic"]), SourceExpectation("auth.unauthorized", .never)),
            (.bareFault("soap:Server"), SourceExpectation("server.fault")),
            (.soap("<m:Nothing xmlns:m='x'/>"), SourceExpectation("server.unexpected-answer")),
            (.failure(.connectionClosed), SourceExpectation("server.no-answer")),
        ]
    )
    func wholeFailures(answer: ScriptedHTTP.Answer, expected: SourceExpectation) async throws {
        let failure = try #require(await Self.failure(answer))
        #expect(SourceExpectation(failure.diagnosis.id, failure.retry) == expected)
    }
}

/// What a failure of a source has to be.
struct SourceExpectation: Equatable, Sendable {
    var id: String
    var retry: RetryAdvice

    init(_ id: String, _ retry: RetryAdvice = .later) {
        self.id = id
        self.retry = retry
    }
}
