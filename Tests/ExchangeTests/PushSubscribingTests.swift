import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("Subscribing by push")
struct PushSubscribingTests {
    private let inbox = PushInbox()
    private let ok = PushReply.accepted(answer: SendNotificationAnswer.ok)
    private let end = PushReply.accepted(answer: SendNotificationAnswer.unsubscribe)

    private func event(_ name: String, of id: String = "id-1") -> [UInt8] {
        Documents.push(Documents.notification(id, name, more: false, watermark: "W"))
    }

    private func subscribe(_ http: ScriptedHTTP) async throws -> SubscriptionAnswer {
        let connector = Given.connector(http, try Given.notifyingOptions(push: Given.push(inbox)))
        return try await connector.subscribe(to: try Given.mailbox("ben"), by: .push, route: try Given.route())
    }

    /// The token in the URL that a request tells.
    private func token(in http: ScriptedHTTP, _ number: Int = 0) throws -> String {
        let prefix = "<t:URL>https://presence.example.com:21020/ews/"
        let parts = http.bodies[number].split(separator: prefix)
        try #require(parts.count == 2)
        return String(parts[1].prefix { $0 != "<" })
    }

    @Test("a subscription has a URL of its own that cannot be guessed")
    func subscribing() async throws {
        let http = ScriptedHTTP(.soap(Documents.subscribed("id-1", watermark: "W")))
        var tokens: Set<String> = []
        for number in 0..<50 {
            guard case .subscribed(let subscription) = try await subscribe(http) else {
                Issue.record("not subscribed")
                return
            }
            let token = try token(in: http, number)
            #expect(subscription.callbackToken == token)
            #expect(token.count == 32 && token.allSatisfy { "0123456789abcdef".contains($0) })
            tokens.insert(token)
        }
        #expect(tokens.count == 50)
        #expect(http.bodies[0].contains("<t:StatusFrequency>5</t:StatusFrequency>"))
        let first = try token(in: http)
        #expect(inbox.receive(token: first, body: event("CreatedEvent", of: "other")) == .unknown)
        #expect(inbox.receive(token: first, body: event("CreatedEvent")) == ok)
    }

    @Test("the server may call before it answers")
    func callFirst() async throws {
        let inbox = inbox
        let seen = Latch()
        let body = event("CreatedEvent")
        let http = ScriptedHTTP(.soap(Documents.subscribed("id-1"))) { await seen.call() }
        await seen.set { [self] in
            guard let token = try? token(in: http) else { return }
            await seen.note(inbox.receive(token: token, body: body) == ok)
        }
        _ = try await subscribe(http)
        #expect(await seen.noted == [true])
    }

    @Test(
        "where nothing was subscribed to as far as is known, the server is asked to end it",
        arguments: [
            ScriptedHTTP.Answer.failure(.connectionClosed),
            .soap(Documents.message("Subscribe", code: "ErrorAccessDenied")),
        ]
    )
    func failed(answer: ScriptedHTTP.Answer) async throws {
        let http = ScriptedHTTP(answer)
        if case .subscribed? = try? await subscribe(http) { Issue.record("subscribed") }
        #expect(inbox.receive(token: try token(in: http), body: event("CreatedEvent")) == end)
    }

    @Test("ending one sends nothing, and the server hears of it when it calls")
    func unsubscribing() async throws {
        let http = ScriptedHTTP(.soap(Documents.subscribed("id-1")))
        let connector = Given.connector(http, try Given.notifyingOptions(push: Given.push(inbox)))
        let answer = try await connector.subscribe(to: try Given.mailbox("ben"), by: .push, route: try Given.route())
        guard case .subscribed(let subscription) = answer else {
            Issue.record("\(answer)")
            return
        }
        try await connector.unsubscribe(subscription)
        #expect(http.requests.count == 1)
        #expect(inbox.receive(token: try token(in: http), body: event("CreatedEvent")) == end)
    }

    @Test("arrivals of the connector are those of its inbox; without one there are none")
    func arrivals() async throws {
        let mailbox = try Given.mailbox("ben")
        inbox.expect(token: "t1", mailbox: mailbox)
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == ok)
        let connector = Given.connector(ScriptedHTTP(), try Given.notifyingOptions(push: Given.push(inbox)))
        let arrival = PushArrival(mailbox: mailbox, callbackToken: "t1", news: .changed)
        #expect(await connector.arrivals().first { _ in true } == arrival)
        let without = Given.connector(ScriptedHTTP(), try Given.notifyingOptions())
        #expect(await without.arrivals().first { _ in true } == nil)
        let answer = try await without.subscribe(to: try Given.mailbox("ben"), by: .push, route: try Given.route())
        guard case .methodUnknown(let diagnosis) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(diagnosis.id == "callback.unreachable")
        #expect(flaws(in: diagnosis) == [])
    }
}

/// Something that is done in the middle of a request.
private actor Latch {
    private var action: @Sendable () async -> Void = {}
    private(set) var noted: [Bool] = []

    func set(_ action: @escaping @Sendable () async -> Void) { self.action = action }
    func call() async { await action() }
    func note(_ value: Bool) { noted.append(value) }
}
