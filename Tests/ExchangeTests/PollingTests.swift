import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("Polling and ending subscriptions")
struct PollingTests {
    private static func poll(_ http: ScriptedHTTP, watermark: String? = "W1") async throws -> PollAnswer {
        let subscription = try Given.subscription("id-1", by: .pull, watermark: watermark)
        return try await Given.connector(http, try Given.notifyingOptions()).poll(subscription)
    }

    private static func unsubscribe(_ http: ScriptedHTTP) async throws {
        try await Given.connector(http, try Given.notifyingOptions()).unsubscribe(try Given.subscription("id-1"))
    }

    /// The same error in all the forms that servers give it.
    private static func errors(_ operation: String, _ code: String) -> [ScriptedHTTP.Answer] {
        [.soap(Documents.message(operation, code: code)), .fault(code), .bareFault(code)]
    }

    @Test(
        "what a server tells is what is known, and where to go on",
        arguments: [
            (["StatusEvent"], "W2", false, PollAnswer.answered(isChanged: false, watermark: "W2", hasMore: false)),
            (
                ["CreatedEvent", "StatusEvent"], "W2", false,
                .answered(isChanged: true, watermark: "W2", hasMore: false)
            ),
            (["ModifiedEvent"], "W2", true, .answered(isChanged: true, watermark: "W2", hasMore: true)),
            (["ModifiedEvent"], nil, true, .answered(isChanged: true, watermark: "W1", hasMore: false)),
            // Nothing to be had by asking at once.
            (["ModifiedEvent"], "W1", true, .answered(isChanged: true, watermark: "W1", hasMore: false)),
            (["StatusEvent"], "W2", true, .answered(isChanged: false, watermark: "W2", hasMore: false)),
            // Of a kind that is not known here.
            (["SharedEvent"], "W2", false, .answered(isChanged: true, watermark: "W1", hasMore: false)),
        ] as [([String], String?, Bool, PollAnswer)]
    )
    func answers(events: [String], watermark: String?, more: Bool, expected: PollAnswer) async throws {
        let first = Documents.notification("id-1", events[0], more: more, watermark: watermark)
        let both =
            events.count > 1
            ? Documents.notification("id-1", events[0], events[1], more: more, watermark: watermark) : first
        let http = ScriptedHTTP(.soap(Documents.message("GetEvents", both)))
        #expect(try await Self.poll(http) == expected)
    }

    @Test("a server that tells no watermarks is asked on without")
    func withoutWatermarks() async throws {
        let http = ScriptedHTTP(
            .soap(Documents.message("GetEvents", Documents.notification("id-1", "CreatedEvent", more: true)))
        )
        let answer = try await Self.poll(http, watermark: nil)
        #expect(answer == .answered(isChanged: true, watermark: nil, hasMore: true))
    }

    @Test("questions and ends go where the subscription is, in the name of its mailbox")
    func requests() async throws {
        let routing = [
            "X-AnchorMailbox": "anna@example.com", "X-PreferServerAffinity": "true",
            "Cookie": "X-BackEndOverrideCookie=back~1",
        ]
        let polled = ScriptedHTTP(.soap(Documents.message("GetEvents", Documents.notification("id-1", "StatusEvent"))))
        _ = try await Self.poll(polled)
        #expect(polled.routing() == routing)
        #expect(polled.impersonated() == "ben@example.com")
        #expect(polled.bodies.first?.contains("<m:Watermark>W1</m:Watermark>") == true)
        let ended = ScriptedHTTP(.soap(Documents.message("Unsubscribe")))
        try await Self.unsubscribe(ended)
        #expect(ended.routing() == routing)
        #expect(ended.impersonated() == "ben@example.com")
        #expect(ended.bodies.first?.contains("<m:SubscriptionId>id-1</m:SubscriptionId>") == true)
    }

    private static let losses = [
        "ErrorSubscriptionNotFound", "ErrorExpiredSubscription", "ErrorInvalidSubscription",
        "ErrorInvalidPullSubscriptionId", "ErrorSubscriptionUnsubscribed", "ErrorInvalidWatermark",
        "ErrorMissedNotificationEvents", "ErrorEventNotFound", "ErrorReadEventsFailed",
        "ErrorProxiedSubscriptionCallFailure", "ErrorNewEventStreamConnectionOpened",
        // Of the mailbox, or of a subscription that now is somebody else's: a new one tells.
        "ErrorAccessDenied", "ErrorNonExistentMailbox", "ErrorProxyRequestNotAllowed", "ErrorImpersonateUserDenied",
    ]

    @Test("a subscription that is gone is lost, and needs no end", arguments: losses)
    func lost(code: String) async throws {
        for answer in Self.errors("GetEvents", code) {
            #expect(try await Self.poll(ScriptedHTTP(answer)) == .lost)
        }
        for answer in Self.errors("Unsubscribe", code) {
            await #expect(throws: Never.self) { try await Self.unsubscribe(ScriptedHTTP(answer)) }
        }
    }

    @Test(
        "anything else leaves it as it is",
        arguments: [
            ("ErrorServerBusy", "server.busy"), ("ErrorExceededConnectionCount", "subscription.limit"),
            ("ErrorInternalServerError", "server.fault"), ("ErrorMailboxStoreUnavailable", "server.fault"),
            ("ErrorSchemaValidation", "server.fault"), ("ErrorOfTheFuture", "server.fault"),
        ]
    )
    func kept(code: String, id: String) async throws {
        func check(_ work: () async throws -> Void) async {
            await #expect {
                try await work()
            } throws: {
                ($0 as? SourceFailure)?.diagnosis.id == id
            }
        }
        for answer in Self.errors("GetEvents", code) { await check { _ = try await Self.poll(ScriptedHTTP(answer)) } }
        for answer in Self.errors("Unsubscribe", code) {
            await check { try await Self.unsubscribe(ScriptedHTTP(answer)) }
        }
    }

    @Test("no answer at all leaves it as it is")
    func noAnswer() async throws {
        await #expect(throws: SourceFailure.self) { _ = try await Self.poll(ScriptedHTTP(.failure(.connectionClosed))) }
        await #expect(throws: SourceFailure.self) {
            try await Self.unsubscribe(ScriptedHTTP(.bareFault("soap:Server")))
        }
    }
}
