import TestSupport
import Testing

@testable import EWSMessages

/// What a person reads in the body of a response to GetStreamingEvents, envelope by envelope.
struct StreamingExpectation: CustomTestStringConvertible, Sendable {
    typealias Kind = MailboxNotification.Event.Kind

    /// Without its suffix.
    var file: String
    var responses: [GetStreamingEventsResponse]
    /// How many of the envelopes the `.xml` beside a recording holds: some were written before the last had come.
    var countInXML: Int?
    /// `nil` where an envelope has no header.
    var serverVersion: ServerVersion? = .grommunio

    var testDescription: String { file }

    static let all = recordings + samples

    static let recordings = [
        recorded("02", [opened, event(norights, [.status]), last(norights), closed]),
        recorded(
            "04",
            [
                lost(.closed),
                lost(.ok, [MailboxNotification(valid, [.change(.created), .change(.modified)])]),
                event(valid, [.change(.modified), .change(.modified)]),
                event(valid, [.change(.modified)]),
                last(valid),
                closed,
            ]
        ),
        recorded("06", [opened, closed]),
        recorded("08", [opened, created("IgAAAAUAAAA="), last("IgAAAAUAAAA="), closed]),
        recorded("10", [opened, created("GgAAAAUAAAA="), last("GgAAAAUAAAA="), closed]),
        // Whoever recorded it left before the end.
        recorded(
            "12",
            [
                opened, created("GgAAAAUAAAA="),
                event("GgAAAAUAAAA=", [.change(.modified), .change(.modified)]),
            ],
            countInXML: 2
        ),
        recorded("14", [opened, closed, closed], countInXML: 2),
        recorded(
            "16",
            [
                opened, created("JgAAAAUAAAA="),
                event("JgAAAAUAAAA=", Array(repeating: .change(.modified), count: 4)),
                event("JgAAAAUAAAA=", [.change(.deleted), .change(.modified)]),
                last("JgAAAAUAAAA="),
                closed,
            ]
        ),
        // The server was stopped.
        recorded("18", [opened]),
    ]

    static let samples = [
        StreamingExpectation(
            file: "ews/samples/GetStreamingEvents/08-viewpoint-stream-created-cc100af-0.response",
            responses: [
                response([
                    MailboxNotification(
                        "f6bc657d-dde1-4f94-952d-143b95d6483d",
                        [.change(.created), .change(.newMail), .change(.modified)]
                    )
                ])
            ],
            serverVersion: ServerVersion(15, 0, 775, 7)
        ),
        StreamingExpectation(
            file: "ews/samples/GetStreamingEvents/09-exchangelib-get-streaming-events-connection-closed.response",
            responses: [closed],
            serverVersion: nil
        ),
    ]

    private static let norights = "HwAAAAUAAAA="
    private static let valid = "IAAAAAUAAAA="
    private static let opened = response([], .ok)
    private static let closed = response([], .closed)

    private static func created(_ id: String) -> GetStreamingEventsResponse {
        event(id, [.change(.created), .change(.modified)])
    }

    private static func event(_ id: String, _ kinds: [Kind]) -> GetStreamingEventsResponse {
        response([MailboxNotification(id, kinds)], .ok)
    }

    /// The heartbeat with which a connection ends.
    private static func last(_ id: String) -> GetStreamingEventsResponse {
        response([MailboxNotification(id, [.status])], .closed)
    }

    /// One subscription of two is not valid.
    private static func lost(
        _ status: GetStreamingEventsResponse.ConnectionStatus,
        _ notifications: [MailboxNotification] = []
    ) -> GetStreamingEventsResponse {
        GetStreamingEventsResponse(
            responseMessage: ResponseMessage(.invalidSubscription, messageText: "Subscription is invalid."),
            notifications: notifications,
            errorSubscriptionIds: ["fwAAAAUAAAA="],
            connectionStatus: status
        )
    }

    private static func response(
        _ notifications: [MailboxNotification],
        _ status: GetStreamingEventsResponse.ConnectionStatus? = nil
    ) -> GetStreamingEventsResponse {
        GetStreamingEventsResponse(
            responseMessage: ResponseMessage(.noError),
            notifications: notifications,
            connectionStatus: status
        )
    }

    private static func recorded(
        _ number: String,
        _ responses: [GetStreamingEventsResponse],
        countInXML: Int? = nil
    ) -> StreamingExpectation {
        StreamingExpectation(
            file: "ews/recorded-grommunio/GetStreamingEvents/\(number).response",
            responses: responses,
            countInXML: countInXML
        )
    }
}
