import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("Opening a channel")
struct ListeningTests {
    private static func failure(_ opening: ScriptedHTTP.Opening) async throws -> ChannelFailure? {
        do {
            _ = try await Given.channel(ScriptedHTTP(streams: opening))
            return nil
        } catch {
            return error as? ChannelFailure
        }
    }

    @Test("it is asked for in the name of the anchor, with all ids and the group's affinity")
    func request() async throws {
        let http = ScriptedHTTP(streams: .stream(Documents.envelope()))
        let connector = Given.connector(http, try Given.notifyingOptions()) { $0.upperBound }
        let subscriptions = [try Given.subscription("a&b"), try Given.subscription("c", of: "anna")]
        _ = try await connector.listen(to: subscriptions, route: try Given.route(affinity: "back~2"))
        #expect(http.impersonated() == "anna@example.com")
        #expect(
            http.routing() == [
                "X-AnchorMailbox": "anna@example.com", "X-PreferServerAffinity": "true",
                "Cookie": "X-BackEndOverrideCookie=back~2",
            ]
        )
        let body = try #require(http.bodies.first)
        #expect(body.contains("<t:SubscriptionId>a&amp;b</t:SubscriptionId><t:SubscriptionId>c</t:SubscriptionId>"))
        #expect(body.contains("<m:ConnectionTimeout>20</m:ConnectionTimeout>"))
        let limits = try #require(http.requests.first).limits
        #expect(limits.firstByte == 30)
        #expect(limits.firstBodyByte == 30)
        #expect(limits.stall == 100)
        #expect(limits.whole == nil)
        #expect(connector.channelLimit == 200)
    }

    @Test("it lasts up to half an hour")
    func timeout() async throws {
        let http = ScriptedHTTP(streams: .stream(Documents.envelope()))
        _ = try await Given.channel(http)
        #expect(http.bodies.first?.contains("<m:ConnectionTimeout>30</m:ConnectionTimeout>") == true)
    }

    @Test("an account with rights of its own opens it as itself")
    func delegate() async throws {
        let http = ScriptedHTTP(streams: .stream(Documents.envelope()))
        let connector = Given.connector(http, try Given.notifyingOptions(access: .delegate))
        _ = try await connector.listen(to: [try Given.subscription("a")], route: try Given.route())
        #expect(http.impersonated() == nil)
        #expect(http.routing()["X-AnchorMailbox"] == "anna@example.com")
    }

    @Test("more subscriptions than one carries, or none, are refused before anything is sent", arguments: [0, 201])
    func count(count: Int) async throws {
        let http = ScriptedHTTP(streams: .stream(Documents.envelope()))
        let subscriptions = try (0..<count).map { try Given.subscription("id-\($0)") }
        let connector = Given.connector(http, try Given.notifyingOptions())
        await #expect {
            _ = try await connector.listen(to: subscriptions, route: try Given.route())
        } throws: {
            ($0 as? ChannelFailure)?.retry == .never
        }
        #expect(http.requests.isEmpty)
    }

    @Test(
        "what comes instead of a stream is told apart",
        arguments: [
            (.failure(.firstByteTimeout(seconds: 30)), ChannelExpectation(.silence, "stream.silent")),
            (.failure(.connectionClosed), ChannelExpectation(.silence, "stream.silent")),
            (.answer(.status(504)), ChannelExpectation(.silence, "stream.silent")),
            (.failure(.unreachable(host: "h", errno: 111)), ChannelExpectation(.server, "tcp.unreachable")),
            (.failure(.cancelled), ChannelExpectation(.server, "service.interrupted")),
            (.failure(.tooManyUnderWay), ChannelExpectation(.server, "service.exhausted")),
            (.failure(.malformedResponse), ChannelExpectation(.malformed, "stream.malformed")),
            (.failure(.headersTooLarge(limit: 9)), ChannelExpectation(.malformed, "stream.malformed")),
            (.answer(.status(503, ["Retry-After": "9"])), ChannelExpectation(.server, "server.busy", .after(9))),
            (.answer(.status(429)), ChannelExpectation(.server, "server.busy")),
            (.answer(.status(403)), ChannelExpectation(.refused, "access.denied")),
            (
                .answer(.status(401, ["WWW-Authenticate": "NTLM"])),
                ChannelExpectation(.server, "auth.scheme-not-offered")
            ),
            (
                .answer(.status(401, ["WWW-Authenticate": "Basic"])),
                ChannelExpectation(.server, "auth.unauthorized", .never)
            ),
            (.answer(.status(500, body: "no XML")), ChannelExpectation(.refused, "http.not-ews")),
            (
                .answer(.status(200, ["Content-Type": "text/html"], body: "<html><title>Portal</title>")),
                ChannelExpectation(.refused, "http.not-ews")
            ),
            (
                .answer(.fault("ErrorServerBusy", values: ["BackOffMilliseconds": "4500"])),
                ChannelExpectation(.server, "server.busy", .after(4.5))
            ),
            (.answer(.fault("ErrorExceededConnectionCount")), ChannelExpectation(.limit, "subscription.limit")),
            (
                .answer(.fault("ErrorImpersonateUserDenied")),
                ChannelExpectation(.refused, "access.impersonation-denied")
            ),
            (.answer(.fault("ErrorInvalidServerVersion")), ChannelExpectation(.server, "server.unsupported")),
            (.answer(.bareFault("soap:Client")), ChannelExpectation(.refused, "server.fault")),
            (
                .answer(.status(500, ["Content-Type": "text/xml"], body: "<s:Envelope")),
                ChannelExpectation(.refused, "server.unexpected-answer")
            ),
        ] as [(ScriptedHTTP.Opening, ChannelExpectation)]
    )
    func failures(opening: ScriptedHTTP.Opening, expected: ChannelExpectation) async throws {
        let failure = try #require(await Self.failure(opening))
        #expect(ChannelExpectation(failure) == expected)
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test("a page that never ends is read only so far")
    func endlessPage() async throws {
        var script = StreamScript(pieces: Array(repeating: Array(repeating: 0x20, count: 20_000), count: 4))
        script.headers = ["Content-Type": "text/html"]
        let failure = try #require(await Self.failure(.success(script)))
        #expect(failure.diagnosis.id == "http.not-ews")
    }

    @Test("a fault that tells of lost subscriptions is news and no failure")
    func lossAsFault() async throws {
        let channel = try await Given.channel(ScriptedHTTP(streams: .answer(.fault("ErrorSubscriptionNotFound"))))
        let record = await ChannelRecord(of: channel)
        #expect(record == ChannelRecord(news: [[.lost(["a", "b", "c"])]], failure: nil))
    }

    @Test("a refused password is not sent again, neither for a channel nor for anything else")
    func refusedPassword() async throws {
        let http = ScriptedHTTP(streams: .answer(.status(401, ["WWW-Authenticate": "Basic"])))
        let connector = Given.connector(http, try Given.notifyingOptions())
        for _ in 0..<2 {
            await #expect {
                _ = try await connector.listen(to: [try Given.subscription("a")], route: try Given.route())
            } throws: {
                ($0 as? ChannelFailure).map { ChannelExpectation($0) }
                    == ChannelExpectation(.server, "auth.unauthorized", .never)
            }
        }
        #expect(await connector.failure()?.diagnosis.id == "auth.unauthorized")
        #expect(http.requests.count == 1)
    }
}

/// What a failure of a channel has to be.
struct ChannelExpectation: Equatable, Sendable {
    var cause: ChannelFailure.Cause
    var id: String
    var retry: RetryAdvice

    init(_ cause: ChannelFailure.Cause, _ id: String, _ retry: RetryAdvice = .later) {
        self.cause = cause
        self.id = id
        self.retry = retry
    }

    init(_ failure: ChannelFailure) {
        self.init(failure.cause, failure.diagnosis.id, failure.retry)
    }
}

extension ChannelRecord {
    init(news: [[ChannelNews]], failure: ChannelFailure?) {
        self.news = news
        self.failure = failure
    }
}
