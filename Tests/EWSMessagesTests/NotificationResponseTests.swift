import Testing

@testable import EWSMessages

@Suite("Responses of notifications")
struct NotificationResponseTests {
    typealias Reason = EWSDecodingError.Reason
    typealias Event = MailboxNotification.Event

    private static func value<Value>(_ reply: EWSReply<Value>) throws -> Value {
        guard case .success(let value) = reply.result else { throw Refused() }
        return value
    }

    private struct Refused: Error {}

    private static func reason(_ decode: () throws(EWSDecodingError) -> Void) -> Reason? {
        do {
            try decode()
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("every kind of event keeps its name and its watermark; what is not known is left out")
    func kinds() throws {
        let names = [
            "CopiedEvent", "CreatedEvent", "DeletedEvent", "ModifiedEvent", "MovedEvent", "NewMailEvent",
            "FreeBusyChangedEvent", "StatusEvent", "ShinyEvent",
        ]
        let content = names.map { "<t:\($0)><t:Watermark>w-\($0)</t:Watermark></t:\($0)>" }.joined()
        let bytes = Documents.answer("GetEvents", Documents.events("m:Notification", content: content))
        let notification = try #require(try Self.value(GetEventsResponse.decode(bytes)).notification)
        let kinds: [Event.Kind] = [
            .change(.copied), .change(.created), .change(.deleted), .change(.modified), .change(.moved),
            .change(.newMail), .change(.freeBusyChanged), .status,
        ]
        #expect(notification.events == zip(kinds, names).map { Event($0, watermark: "w-\($1)") })
        #expect(notification.watermark == "w-StatusEvent")
        #expect(notification.subscriptionId == "sub-1")
        #expect(!notification.moreEvents)
    }

    @Test(
        "a heartbeat is no change; anything else may be one",
        arguments: [
            ("<t:StatusEvent/>", false), ("<t:StatusEvent/><t:StatusEvent/>", false), ("<t:ModifiedEvent/>", true),
            ("<t:StatusEvent/><t:FreeBusyChangedEvent/>", true), ("<t:ShinyEvent/>", true),
        ]
    )
    func change(content: String, expected: Bool) throws {
        let bytes = Documents.answer("GetEvents", Documents.events("t:Notification", content: content))
        let notification = try #require(try Self.value(GetEventsResponse.decode(bytes)).notification)
        #expect(notification.tellsOfChange == expected)
        #expect(notification.watermark == nil)
    }

    @Test("the watermark to go on from is that of the last event that has one")
    func watermark() throws {
        let content = """
            <t:CreatedEvent><t:Watermark>w2</t:Watermark></t:CreatedEvent><t:DeletedEvent/>\
            <t:ModifiedEvent><t:Watermark> </t:Watermark></t:ModifiedEvent>
            """
        let bytes = Documents.answer("GetEvents", Documents.events("m:Notification", content: content))
        let notification = try #require(try Self.value(GetEventsResponse.decode(bytes)).notification)
        #expect(notification.events.map(\.watermark) == ["w2", nil, nil])
        #expect(notification.watermark == "w2")
    }

    @Test("a push is read with its watermarks, and tells that there is more")
    func push() throws {
        let push = try SendNotification.decode(Documents.push(Documents.pushed))
        let notification = MailboxNotification(
            subscriptionId: "sub-1",
            previousWatermark: "w1",
            moreEvents: true,
            events: [Event(.change(.freeBusyChanged), watermark: "w2"), Event(.status, watermark: "w3")]
        )
        #expect(push == SendNotification(responseMessage: ResponseMessage(.noError), notification: notification))
        #expect(push.subscriptionId == "sub-1")
    }

    @Test("a push of an error names the subscription in its details, or not at all")
    func lostPush() throws {
        let details = #"<m:MessageXml><t:Value Name="SubscriptionId">sub-1</t:Value></m:MessageXml>"#
        let push = try SendNotification.decode(Documents.push(details, code: "ErrorReadEventsFailed"))
        #expect(push.responseMessage.responseCode == .readEventsFailed)
        #expect(push.notification == nil)
        #expect(push.subscriptionId == "sub-1")
        #expect(try SendNotification.decode(Documents.push("", code: "ErrorReadEventsFailed")).subscriptionId == nil)
    }

    @Test("a push that is none is refused")
    func noPush() {
        let fault = Documents.envelope("<s:Fault><faultcode>s:Client</faultcode></s:Fault>")
        let expected = EWSDecodingError(.unexpectedBody(found: "Fault"), byteOffset: fault.count, line: 2)
        #expect(throws: expected) { _ = try SendNotification.decode(fault) }
        let answer = Documents.answer("GetEvents", Documents.pushed)
        #expect(
            Self.reason { () throws(EWSDecodingError) in _ = try SendNotification.decode(answer) }
                == .unexpectedBody(found: "GetEventsResponse")
        )
    }

    @Test("an error of an operation is an answer without more")
    func errors() throws {
        let code = ResponseCode.subscriptionNotFound
        let message = ResponseMessage(code)
        let subscribe = Documents.answer("Subscribe", "", code: code.rawValue)
        #expect(try Self.value(SubscribeResponse.decode(subscribe)) == SubscribeResponse(responseMessage: message))
        let unsubscribe = Documents.answer("Unsubscribe", "", code: code.rawValue, name: "x")
        #expect(
            try Self.value(UnsubscribeResponse.decode(unsubscribe)) == UnsubscribeResponse(responseMessage: message)
        )
        let events = Documents.answer("GetEvents", "", code: code.rawValue)
        #expect(try Self.value(GetEventsResponse.decode(events)) == GetEventsResponse(responseMessage: message))
    }

    @Test(
        "what makes no sense in a notification is an error that names the element",
        arguments: [
            ("", Reason.missing(element: "Notification")),
            ("<m:Notification><t:StatusEvent/></m:Notification>", .missing(element: "SubscriptionId")),
            (
                "<m:Notification><t:SubscriptionId> </t:SubscriptionId></m:Notification>",
                .invalidValue(element: "SubscriptionId", text: "")
            ),
            (
                Documents.events("m:Notification", content: "<t:MoreEvents>maybe</t:MoreEvents>"),
                .invalidValue(element: "MoreEvents", text: "maybe")
            ),
            (
                Documents.events("m:Notification", id: String(repeating: "i", count: 1_001), content: ""),
                .invalidValue(element: "SubscriptionId", text: String(repeating: "i", count: 40))
            ),
        ]
    )
    func nonsense(content: String, expected: Reason) {
        let answer = Documents.answer("GetEvents", content)
        #expect(Self.reason { () throws(EWSDecodingError) in _ = try GetEventsResponse.decode(answer) } == expected)
        let push = Documents.push(content)
        #expect(Self.reason { () throws(EWSDecodingError) in _ = try SendNotification.decode(push) } == expected)
    }

    @Test("an answer without what it must have is an error that names it")
    func missing() {
        let subscribe = Documents.answer("Subscribe", "<m:Watermark>w</m:Watermark>")
        #expect(
            Self.reason { () throws(EWSDecodingError) in _ = try SubscribeResponse.decode(subscribe) }
                == .missing(element: "SubscriptionId")
        )
        let unsubscribe = Documents.answer("Unsubscribe", "", name: "UnheardOf")
        #expect(
            Self.reason { () throws(EWSDecodingError) in _ = try UnsubscribeResponse.decode(unsubscribe) }
                == .missing(element: "ResponseCode")
        )
    }
}
