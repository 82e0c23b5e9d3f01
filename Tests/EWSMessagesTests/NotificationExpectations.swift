import TestSupport
import Testing

@testable import EWSMessages

/// What a person reads in a response of Subscribe.
struct SubscribeExpectation: CustomTestStringConvertible, Sendable {
    var file: String
    var subscription: SubscribeResponse.Subscription
    var serverVersion = ServerVersion.grommunio

    var testDescription: String { file }

    static let all =
        [
            recorded("02", "AgAAAAoAAAA="), recorded("04", "BAAAAAoAAAA="), recorded("06", "BgAAAAoAAAA="),
            recorded("08", "CAAAAAoAAAA="), recorded("10", "CgAAAAoAAAA="), recorded("12", "DAAAAAoAAAA="),
            recorded("14", "DgAAAAAAAAA="), recorded("16", "EAAAAAoAAAA="), recorded("18", "EgAAAAUAAAA="),
            recorded("20", "FAAAAAUAAAA="), recorded("24", "GAAAAAUAAAA="), recorded("26", "GgAAAAUAAAA="),
            recorded("28", "GwAAAAUAAAA="), recorded("30", "HgAAAAEAAAA="), recorded("32", "IAAAAAUAAAA="),
            recorded("34", "IgAAAAUAAAA="), recorded("36", "JAAAAAUAAAA="), recorded("38", "JgAAAAUAAAA="),
            recorded("40", "AQAAAAUAAAA="),
        ] + [
            SubscribeExpectation(
                file: "ews/samples-nsfixed/Subscribe/04-msdocs-stream-notifications-about-mailbox-events.response.xml",
                subscription: SubscribeResponse.Subscription(
                    subscriptionId:
                        "JgBibjFwcjAzbWIyMDIubmFtcHJkMDMucHJvZC5vdXRsb29rLmNvbRAAAADwXxVesOnHS5BxUHKwAW88SHjwd1iB"
                        + "0Ag="
                ),
                serverVersion: ServerVersion(15, 0, 785, 6)
            ),
            pull("05-msdocs-subscribe-operation", "39ea5d0f-f062-455e-a1e9-89c0304390f4"),
            pull("08-ewscpp-subscribe-response", "abc-foo-123-456"),
        ]

    private static func recorded(_ number: String, _ id: String) -> SubscribeExpectation {
        SubscribeExpectation(
            file: "ews/recorded-grommunio/Subscribe/\(number).response.xml",
            subscription: SubscribeResponse.Subscription(subscriptionId: id)
        )
    }

    private static func pull(_ name: String, _ id: String) -> SubscribeExpectation {
        SubscribeExpectation(
            file: "ews/samples/Subscribe/\(name).response.xml",
            subscription: SubscribeResponse.Subscription(subscriptionId: id, watermark: "AAAAAHgGAAAAAAAAAQ=="),
            serverVersion: ServerVersion(8, 0, 628)
        )
    }
}

/// Responses of Unsubscribe, all of which say that it was done.
struct UnsubscribeExpectation: CustomTestStringConvertible, Sendable {
    var file: String
    var serverVersion = ServerVersion.grommunio

    var testDescription: String { file }

    static let all =
        ["02", "04", "06", "08", "10", "12"].map {
            UnsubscribeExpectation(file: "ews/recorded-grommunio/Unsubscribe/\($0).response.xml")
        } + [
            UnsubscribeExpectation(
                file: "ews/samples/Unsubscribe/01-msdocs-unsubscribe-operation.response.xml",
                serverVersion: ServerVersion(8, 0, 628)
            )
        ]
}

/// What a person reads in a response of GetEvents.
struct GetEventsExpectation: CustomTestStringConvertible, Sendable {
    typealias Kind = MailboxNotification.Event.Kind

    var file: String
    var response: GetEventsResponse
    var serverVersion = ServerVersion.grommunio

    var testDescription: String { file }

    private static let modified = Kind.change(.modified)

    static let all = [
        recorded("02", "AQAAAAoAAAA=", [modified, modified]),
        recorded("04", "AgAAAAoAAAA=", [.change(.created), modified]),
        recorded("06", "AgAAAAoAAAA=", [modified]),
        recorded("08", "AwAAAAoAAAA=", [modified, modified, modified, modified]),
        recorded("10", "BAAAAAoAAAA=", [.change(.created), modified]),
        recorded("12", "BAAAAAoAAAA=", [.change(.deleted), modified]),
        recorded("14", "BQAAAAoAAAA=", [modified, modified]),
        recorded("16", "BgAAAAoAAAA=", [.change(.created), modified]),
        recorded("18", "BgAAAAoAAAA=", [modified]),
        recorded("20", "BwAAAAoAAAA=", [modified, modified]),
        recorded("22", "CAAAAAoAAAA=", [.change(.created)]),
        recorded("24", "CAAAAAoAAAA=", [.status]),
        recorded("26", "CQAAAAoAAAA=", [.status]),
        recorded("28", "CgAAAAoAAAA=", [.status]),
        recorded("30", "CgAAAAoAAAA=", [modified, modified, modified, modified, modified, modified]),
        refused("32", .accessDenied, "E-3203: only the subscription owner may access the subscription"),
        refused("34", .invalidSubscription, "E-3202: invalid subscription"),
        refused("36", .invalidSubscription, "E-3202: invalid subscription"),
        GetEventsExpectation(
            file: "ews/samples/GetEvents/02-msdocs-getevents-operation.response.xml",
            response: GetEventsResponse(
                responseMessage: ResponseMessage(.noError),
                notification: MailboxNotification(
                    subscriptionId: "f6bc657d-dde1-4f94-952d-143b95d6483d",
                    previousWatermark: "AAAAAMAGAAAAAAAAAQ==",
                    moreEvents: false,
                    events: [
                        MailboxNotification.Event(.change(.newMail), watermark: "AAAAAM4GAAAAAAAAAQ=="),
                        MailboxNotification.Event(.change(.newMail), watermark: "AAAAAOQGAAAAAAAAAQ=="),
                    ]
                )
            ),
            serverVersion: ServerVersion(8, 0, 628)
        ),
    ]

    private static func recorded(_ number: String, _ id: String, _ kinds: [Kind]) -> GetEventsExpectation {
        GetEventsExpectation(
            file: "ews/recorded-grommunio/GetEvents/\(number).response.xml",
            response: GetEventsResponse(
                responseMessage: ResponseMessage(.noError),
                notification: MailboxNotification(id, kinds)
            )
        )
    }

    private static func refused(_ number: String, _ code: ResponseCode, _ text: String) -> GetEventsExpectation {
        GetEventsExpectation(
            file: "ews/recorded-grommunio/GetEvents/\(number).response.xml",
            response: GetEventsResponse(responseMessage: ResponseMessage(code, messageText: text))
        )
    }
}

/// Our answers to a push, as others write them.
struct SendNotificationResultExpectation: CustomTestStringConvertible, Sendable {
    var file: String
    var result: SendNotificationResult

    var testDescription: String { file }

    static let all = [
        sample("02-exchangelib-push-message-responses", .ok), sample("05-workmail-push", .ok),
        sample("06-workmail-push", .unsubscribe),
    ]

    private static func sample(_ name: String, _ result: SendNotificationResult) -> SendNotificationResultExpectation {
        SendNotificationResultExpectation(file: "ews/samples/SendNotification/\(name).response.xml", result: result)
    }
}

extension MailboxNotification {
    /// Events without watermarks.
    init(_ id: String, _ kinds: [Event.Kind]) {
        self.init(subscriptionId: id, events: kinds.map { Event($0) })
    }
}
