import Testing

@testable import EWSMessages

@Suite("Requests of notifications")
struct NotificationRequestTests {
    private static let context = RequestContext(version: .exchange2016)

    /// What stands in the body.
    private static func body(_ bytes: [UInt8]) -> Substring {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "<s:Body>").last?.split(separator: "</s:Body>").first ?? ""
    }

    private static let calendar = """
        <t:FolderIds><t:DistinguishedFolderId Id="calendar"></t:DistinguishedFolderId></t:FolderIds>
        """

    @Test("a streaming subscription asks for all that can change a calendar")
    func streaming() throws {
        let expected = """
            <m:Subscribe><m:StreamingSubscriptionRequest>\(Self.calendar)<t:EventTypes>\
            <t:EventType>CopiedEvent</t:EventType><t:EventType>CreatedEvent</t:EventType>\
            <t:EventType>DeletedEvent</t:EventType><t:EventType>ModifiedEvent</t:EventType>\
            <t:EventType>MovedEvent</t:EventType><t:EventType>FreeBusyChangedEvent</t:EventType></t:EventTypes>\
            </m:StreamingSubscriptionRequest></m:Subscribe>
            """
        #expect(try Self.body(SubscribeRequest(.streaming).encoded(in: Self.context)) == expected)
    }

    @Test("a pull subscription tells its timeout, and from where on; the calendar may be another's")
    func pull() throws {
        let request = try SubscribeRequest(
            .pull(timeoutInMinutes: 1_440, watermark: "w1"),
            calendarOf: "anna@example.com",
            eventTypes: [.modified]
        )
        let expected = """
            <m:Subscribe><m:PullSubscriptionRequest><t:FolderIds><t:DistinguishedFolderId Id="calendar"><t:Mailbox>\
            <t:EmailAddress>anna@example.com</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></t:FolderIds>\
            <t:EventTypes><t:EventType>ModifiedEvent</t:EventType></t:EventTypes><t:Watermark>w1</t:Watermark>\
            <t:Timeout>1440</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>
            """
        #expect(Self.body(request.encoded(in: Self.context)) == expected)
    }

    @Test("a push subscription tells where to post, how often, and what to hand back")
    func push() throws {
        let request = try SubscribeRequest(
            .push(statusFrequencyInMinutes: 1, url: "https://pbx.example.com/n?a=1&b=2", callerData: "<me>"),
            eventTypes: [.created]
        )
        let expected = """
            <m:Subscribe><m:PushSubscriptionRequest>\(Self.calendar)<t:EventTypes>\
            <t:EventType>CreatedEvent</t:EventType></t:EventTypes><t:StatusFrequency>1</t:StatusFrequency>\
            <t:URL>https://pbx.example.com/n?a=1&amp;b=2</t:URL><t:CallerData>&lt;me&gt;</t:CallerData>\
            </m:PushSubscriptionRequest></m:Subscribe>
            """
        #expect(Self.body(request.encoded(in: Self.context)) == expected)
    }

    @Test("the requests that follow name the subscription")
    func following() throws {
        let unsubscribe = UnsubscribeRequest(subscriptionId: "a&b")
        #expect(
            Self.body(unsubscribe.encoded(in: Self.context))
                == "<m:Unsubscribe><m:SubscriptionId>a&amp;b</m:SubscriptionId></m:Unsubscribe>"
        )
        let events = GetEventsRequest(subscriptionId: "a", watermark: "w1")
        #expect(
            Self.body(events.encoded(in: Self.context))
                == "<m:GetEvents><m:SubscriptionId>a</m:SubscriptionId><m:Watermark>w1</m:Watermark></m:GetEvents>"
        )
        let streaming = try GetStreamingEventsRequest(subscriptionIds: ["a", "b"], connectionTimeoutInMinutes: 5)
        let expected = """
            <m:GetStreamingEvents><m:SubscriptionIds><t:SubscriptionId>a</t:SubscriptionId>\
            <t:SubscriptionId>b</t:SubscriptionId></m:SubscriptionIds><m:ConnectionTimeout>5</m:ConnectionTimeout>\
            </m:GetStreamingEvents>
            """
        #expect(Self.body(streaming.encoded(in: Self.context)) == expected)
    }

    @Test(
        "a subscription that no server would make is not asked for",
        arguments: [
            (SubscribeRequest.Subscription.pull(timeoutInMinutes: 0), SubscribeRequest.Mistake?.some(.timeout(0))),
            (.pull(timeoutInMinutes: 1), nil), (.pull(timeoutInMinutes: 1_441), .timeout(1_441)),
            (.push(statusFrequencyInMinutes: 0, url: "https://a"), .statusFrequency(0)),
            (.push(statusFrequencyInMinutes: 1_440, url: "http://a"), nil),
            (.push(statusFrequencyInMinutes: 1_441, url: "https://a"), .statusFrequency(1_441)),
            (.push(statusFrequencyInMinutes: 1, url: "ftp://a"), .url("ftp://a")),
            (.push(statusFrequencyInMinutes: 1, url: ""), .url("")),
        ]
    )
    func subscriptionMistakes(subscription: SubscribeRequest.Subscription, expected: SubscribeRequest.Mistake?) {
        #expect(Self.mistake(subscription) == expected)
        #expect(Self.mistake(subscription, eventTypes: []) == .noEventTypes)
    }

    private static func mistake(
        _ subscription: SubscribeRequest.Subscription,
        eventTypes: [NotificationEventType] = NotificationEventType.ofCalendars
    ) -> SubscribeRequest.Mistake? {
        do {
            _ = try SubscribeRequest(subscription, eventTypes: eventTypes)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "a connection carries 1 to 200 subscriptions for 1 to 30 minutes",
        arguments: [
            (0, 30, GetStreamingEventsRequest.Mistake?.some(.subscriptionCount(0))), (1, 1, nil), (200, 30, nil),
            (201, 30, .subscriptionCount(201)), (1, 0, .connectionTimeout(0)), (1, 31, .connectionTimeout(31)),
        ]
    )
    func connectionMistakes(count: Int, minutes: Int, expected: GetStreamingEventsRequest.Mistake?) {
        do {
            let ids = (0..<count).map(String.init)
            _ = try GetStreamingEventsRequest(subscriptionIds: ids, connectionTimeoutInMinutes: minutes)
            #expect(expected == nil)
        } catch {
            #expect(error == expected)
        }
    }

    /// One of each kind, for the schemas to judge.
    static func requests(in context: RequestContext) throws -> [(String, [UInt8])] {
        let subscriptions: [(String, SubscribeRequest.Subscription)] = [
            ("streaming", .streaming),
            ("pull", .pull(timeoutInMinutes: 1)),
            ("pull-watermark", .pull(timeoutInMinutes: 1_440, watermark: "AAAAAHgGAAAAAAAAAQ==")),
            ("push", .push(statusFrequencyInMinutes: 1, url: "https://pbx.example.com/?a&b")),
            ("push-data", .push(statusFrequencyInMinutes: 1_440, url: "http://[::1]:8080/", callerData: "<\u{1}>")),
        ]
        var requests: [(String, [UInt8])] = []
        for (name, subscription) in subscriptions {
            let own = try SubscribeRequest(subscription)
            let all = NotificationEventType.allCases
            let other = try SubscribeRequest(subscription, calendarOf: "o'neil&co@example.com", eventTypes: all)
            requests.append(("Subscribe-\(name)", own.encoded(in: context)))
            requests.append(("Subscribe-\(name)-delegate", other.encoded(in: context)))
        }
        let ids = (1...200).map { "sub-\($0)" }
        for (timeout, count) in [(1, 1), (30, 200)] {
            let request = try GetStreamingEventsRequest(
                subscriptionIds: Array(ids.prefix(count)),
                connectionTimeoutInMinutes: timeout
            )
            requests.append(("GetStreamingEvents-\(count)", request.encoded(in: context)))
        }
        for watermark in [nil, "AAAAAHgGAAAAAAAAAQ=="] {
            let request = GetEventsRequest(subscriptionId: "sub-1", watermark: watermark)
            requests.append(("GetEvents-\(watermark ?? "none")", request.encoded(in: context)))
        }
        requests.append(("Unsubscribe", UnsubscribeRequest(subscriptionId: "sub-1").encoded(in: context)))
        return requests
    }
}
