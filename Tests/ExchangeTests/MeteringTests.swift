import Availability
import Exchange
import HTTPTransport
import Logging
import Synchronization
import TestSupport
import Testing

/// Remembers what a connector told of its requests.
private final class RecordingMeter: RequestMeter {
    struct Request: Hashable, Sendable {
        var operation: String
        var connector: String
        /// `nil` where it was answered.
        var failure: String?
        var duration: Duration?
    }

    private struct State {
        var requests: [Request] = []
        var channels: [String: Int] = [:]
    }

    private let state = Mutex(State())

    var requests: [Request] { state.withLock(\.requests) }
    /// How many are open, by connector.
    var channels: [String: Int] { state.withLock(\.channels) }

    func ended(_ operation: String, of connector: String, failure: Diagnosis?, after duration: Duration?) {
        let request = Request(operation: operation, connector: connector, failure: failure?.id, duration: duration)
        state.withLock { $0.requests.append(request) }
    }

    func channelOpened(of connector: String) { state.withLock { $0.channels[connector, default: 0] += 1 } }

    func channelClosed(of connector: String) { state.withLock { $0.channels[connector, default: 0] -= 1 } }
}

@Suite("What a connector tells of its requests")
struct MeteringTests {
    private static let good = ScriptedHTTP.Answer.soap(Documents.availability(Documents.mailbox("FreeBusy")))
    private let meter = RecordingMeter()

    /// A connector by whose clock each look is a quarter of a second later than the one before.
    private func connector(_ http: ScriptedHTTP, _ options: EWSConnectorOptions? = nil) throws -> EWSConnector {
        let looks = Looks()
        return EWSConnector(
            try options ?? Given.options(),
            http: http,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: ManualScheduler(now: Given.now),
            meter: meter,
            instant: { looks.next() },
            random: { $0.lowerBound }
        )
    }

    private final class Looks: Sendable {
        private let last = Mutex(ContinuousClock.now)

        func next() -> ContinuousClock.Instant {
            last.withLock { last in
                last += .milliseconds(250)
                return last
            }
        }
    }

    @Test(
        "a request ends well, or with the diagnosis of what went wrong with it",
        arguments: [
            (good, nil),
            (.failure(.connectionClosed), "server.no-answer"),
            (.status(401, ["WWW-Authenticate": "Basic realm=\"x\""]), "auth.unauthorized"),
            (.status(503), "server.busy"),
            (.fault("ErrorServerBusy"), "server.busy"),
            (.fault("ErrorImpersonateUserDenied"), "access.impersonation-denied"),
            (.fault("ErrorInternalServerError"), "server.fault"),
            (.bareFault("soap:Server"), "server.fault"),
            (.status(200, ["Content-Type": "text/html"], body: "<html/>"), "http.not-ews"),
        ] as [(ScriptedHTTP.Answer, String?)]
    )
    func outcomes(answer: ScriptedHTTP.Answer, failure: String?) async throws {
        _ = await connectorFailure(try connector(ScriptedHTTP(answer)))
        let expected = RecordingMeter.Request(
            operation: "GetUserAvailability",
            connector: "head-office",
            failure: failure,
            duration: .milliseconds(250)
        )
        #expect(meter.requests == [expected])
    }

    private func connectorFailure(_ connector: EWSConnector) async -> SourceFailure? { await connector.failure() }

    @Test("a mailbox that failed among others is no failure of the request")
    func oneMailbox() async throws {
        let body = Documents.availability(Documents.failedMailbox("ErrorMailRecipientNotFound"))
        #expect(await connectorFailure(try connector(ScriptedHTTP(.soap(body)))) == nil)
        #expect(meter.requests.map(\.failure) == [nil])
    }

    @Test("a fault that concerns the one mailbox that was asked for is told as such")
    func mailboxFault() async throws {
        let connector = try connector(ScriptedHTTP(.fault("ErrorNonExistentMailbox")))
        _ = try await connector.readAutomaticReply(of: try #require(Given.mailboxes("anna").first))
        #expect(meter.requests.map(\.operation) == ["GetUserOofSettings"])
        #expect(meter.requests.map(\.failure) == ["mailbox.not-found"])
    }

    @Test("each request that is sent counts, also that in a version which the server does not know")
    func stepDown() async throws {
        let connector = try connector(ScriptedHTTP(.fault("ErrorInvalidServerVersion"), Self.good))
        #expect(await connectorFailure(connector) == nil)
        #expect(meter.requests.map(\.failure) == ["server.unsupported", nil])
    }

    @Test("what is not sent does not count: a refused password is not tried again")
    func notSent() async throws {
        let http = ScriptedHTTP(.status(401, ["WWW-Authenticate": "Basic realm=\"x\""]))
        let connector = try connector(http)
        for _ in 0..<3 { _ = await connectorFailure(connector) }
        #expect(meter.requests.map(\.failure) == ["auth.unauthorized"])
    }

    @Test("an open channel counts as long as somebody holds it, and has no duration")
    func channel() async throws {
        let http = ScriptedHTTP(streams: .stream(Documents.envelope()))
        let connector = try connector(http, try Given.notifyingOptions())
        var channel: (any ChangeChannel)? = try await connector.listen(
            to: [try Given.subscription("a")],
            route: try Given.route()
        )
        _ = try await channel?.next()
        #expect(meter.channels == ["head-office": 1])
        let opened = RecordingMeter.Request(operation: "GetStreamingEvents", connector: "head-office")
        #expect(meter.requests == [opened])
        channel = nil
        #expect(meter.channels == ["head-office": 0])
    }

    @Test("a channel that ends is not open any more, though somebody holds it")
    func endedChannel() async throws {
        let http = ScriptedHTTP(streams: .stream(end: .failure(.stalled(seconds: 100))))
        let connector = try connector(http, try Given.notifyingOptions())
        let channel = try await connector.listen(to: [try Given.subscription("a")], route: try Given.route())
        #expect(meter.channels == ["head-office": 1])
        await #expect(throws: ChannelFailure.self) { _ = try await channel.next() }
        #expect(meter.channels == ["head-office": 0])
        withExtendedLifetime(channel) {}
    }

    @Test("a channel that was not opened has a diagnosis, and is none")
    func refusedChannel() async throws {
        let http = ScriptedHTTP(streams: .answer(.fault("ErrorExceededConnectionCount")))
        let connector = try connector(http, try Given.notifyingOptions())
        await #expect(throws: ChannelFailure.self) {
            _ = try await connector.listen(to: [try Given.subscription("a")], route: try Given.route())
        }
        #expect(meter.requests.map(\.failure) == ["subscription.limit"])
        #expect(meter.channels.isEmpty)
    }
}
