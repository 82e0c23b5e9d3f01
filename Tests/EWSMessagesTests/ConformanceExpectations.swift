import Foundation
import TestSupport
import Testing

@testable import EWSMessages

/// What a person reads in a response of GetUserAvailability.
struct AvailabilityExpectation: CustomTestStringConvertible, Sendable {
    typealias Response = GetUserAvailabilityResponse.FreeBusyResponse

    var file: String
    var freeBusyResponses: [Response]
    var serverVersion = ServerVersion.grommunio

    var testDescription: String { file }

    static let all: [AvailabilityExpectation] =
        [
            recorded("02", [.success(alice)]),
            recorded("04", [.success(alice)]),
            recorded("06", [.success(alice)]),
            recorded("08", [.success(alice), .success(empty), .success(empty)] + [noData, noUser, noData, noUser]),
            recorded("10", [failure("ErrorTimeZone", #"E-3014: "TimeZone" is required."#)]),
            recorded("12", [.success(view(monday + [tuesday, series[0]] + evening))]),
            recorded("14", [.success(view(monday + [tuesday, series[1]] + evening))]),
            recorded("16", [.success(view(monday + [series[0]] + evening))]),
            recorded("18", []),
            recorded("20", [noData, .success(alice)]),
            recorded("22", [.success(view(monday + [tuesday] + series + evening + later))]),
        ] + [documented]

    /// Two mailboxes of Microsoft's documentation, in the requested zone.
    private static let documented = AvailabilityExpectation(
        file: "ews/samples-nsfixed/GetUserAvailability/01-msdocs-get-free-busy-information.response.xml",
        freeBusyResponses: [
            .success(
                view([
                    utc("2014-02-13T08:00:00", "2014-02-13T10:00:00", .free),
                    utc("2014-02-13T11:00:00", "2014-02-13T12:00:00", .busy),
                ])
            ),
            .success(
                view([
                    utc("2014-02-12T00:00:00", "2014-02-13T00:00:00", .free),
                    utc("2014-02-13T08:00:00", "2014-02-13T10:00:00", .free),
                    utc("2014-02-13T11:00:00", "2014-02-13T12:00:00", .busy),
                    utc("2014-02-13T15:00:00", "2014-02-13T16:00:00", .tentative),
                ])
            ),
        ],
        serverVersion: ServerVersion(15, 0, 873, 9)
    )

    private static let monday = [
        berlin("2026-11-23T09:00:00", "2026-11-23T10:00:00", .busy),
        berlin("2026-11-23T11:00:00", "2026-11-23T12:00:00", .tentative),
        berlin("2026-11-23T13:00:00", "2026-11-23T14:00:00", .outOfOffice),
        berlin("2026-11-23T15:00:00", "2026-11-23T16:00:00", .free),
        berlin("2026-11-23T16:00:00", "2026-11-23T17:00:00", .workingElsewhere),
    ]
    private static let tuesday = berlin("2026-11-24T00:00:00", "2026-11-25T00:00:00", .outOfOffice)
    private static let series = [
        berlin("2026-11-25T10:00:00", "2026-11-25T10:30:00", .busy),
        berlin("2026-12-02T10:00:00", "2026-12-02T10:30:00", .busy),
    ]
    private static let evening = [
        berlin("2026-11-23T17:00:00", "2026-11-23T18:00:00", .busy),
        berlin("2026-11-23T18:00:00", "2026-11-23T19:00:00", .busy),
    ]
    /// The third ends before it starts, as it was sent.
    private static let later = [
        berlin("2026-11-26T09:00:00", "2026-11-26T10:00:00", .busy),
        berlin("2026-11-26T11:00:00", "2026-11-26T12:00:00", .busy),
        berlin("2026-11-29T10:00:00", "2026-11-29T09:00:00", .busy),
        berlin("2026-11-29T13:00:00", "2026-11-29T14:00:00", .busy),
        berlin("2026-11-29T16:00:00", "2026-11-29T17:00:00", .busy),
        berlin("2026-11-28T09:00:00", "2026-11-28T09:30:00", .busy),
    ]
    private static let alice = view(monday + [tuesday] + series + evening)
    private static let empty = FreeBusyView(viewType: .detailed)
    private static let noData = failure("ErrorFreeBusyGenerationFailed", "E-3144: failed to load freebusy information")
    private static let noUser = failure("ErrorCannotFindUser", "E-3125: failed to get user maildir")

    private static func recorded(_ number: String, _ responses: [Response]) -> AvailabilityExpectation {
        AvailabilityExpectation(
            file: "ews/recorded-grommunio/GetUserAvailability/\(number).response.xml",
            freeBusyResponses: responses
        )
    }

    private static func view(_ events: [CalendarEvent]) -> FreeBusyView {
        FreeBusyView(viewType: .freeBusy, calendarEvents: events)
    }

    private static func failure(_ code: String, _ text: String) -> Response {
        .failure(ResponseMessage(ResponseCode(rawValue: code), messageText: text))
    }

    private static func utc(_ start: String, _ end: String, _ busyType: LegacyFreeBusyType) -> CalendarEvent {
        CalendarEvent(startTime: time("\(start)Z"), endTime: time("\(end)Z"), busyType: busyType)
    }

    /// Times with the offset +0100.
    private static func berlin(_ start: String, _ end: String, _ busyType: LegacyFreeBusyType) -> CalendarEvent {
        var event = utc(start, end, busyType)
        event.startTime -= 3_600
        event.endTime -= 3_600
        return event
    }
}

/// What a person reads in a response of GetUserOofSettings.
struct OutOfOfficeExpectation: CustomTestStringConvertible, Sendable {
    var file: String
    var response: GetUserOofSettingsResponse

    var testDescription: String { file }

    static let all = [
        recorded("02", away),
        // 2026-11-22T07:06:59.943942Z and a day later.
        recorded(
            "04",
            UserOofSettings(
                oofState: .disabled,
                externalAudience: .none,
                duration: Duration(
                    startTime: Date(timeIntervalSince1970: 1_795_331_219.943_942),
                    endTime: Date(timeIntervalSince1970: 1_795_417_619.943_942)
                )
            )
        ),
        recorded("06", away),
        denied("08"),
        denied("10"),
        recorded(
            "12",
            UserOofSettings(
                oofState: .scheduled,
                externalAudience: .all,
                duration: Duration(startTime: time("2026-12-01T08:00:00Z"), endTime: time("2026-12-05T18:00:00Z")),
                internalReply: "x",
                externalReply: "y"
            )
        ),
        recorded("14", away),
    ]

    private static let away = UserOofSettings(
        oofState: .scheduled,
        externalAudience: .known,
        duration: Duration(startTime: time("2026-11-23T23:00:00Z"), endTime: time("2026-11-27T23:00:00Z")),
        internalReply: "<p>Away internal &amp; back</p>",
        externalReply: "Away external"
    )

    private static func recorded(_ number: String, _ settings: UserOofSettings) -> OutOfOfficeExpectation {
        OutOfOfficeExpectation(
            file: "ews/recorded-grommunio/GetUserOofSettings/\(number).response.xml",
            response: GetUserOofSettingsResponse(responseMessage: ResponseMessage(.noError), oofSettings: settings)
        )
    }

    private static func denied(_ number: String) -> OutOfOfficeExpectation {
        let message = ResponseMessage(
            .accessDenied,
            messageText: "E-3011: cannot access OOF state of another user"
        )
        return OutOfOfficeExpectation(
            file: "ews/recorded-grommunio/GetUserOofSettings/\(number).response.xml",
            response: GetUserOofSettingsResponse(responseMessage: message)
        )
    }
}

/// What a person reads in a fault; of the fault string, how it begins.
struct FaultExpectation: CustomTestStringConvertible, Sendable {
    var file: String
    var faultCode = "a:ErrorSchemaValidation"
    var responseCode: ResponseCode? = .schemaValidation
    var faultString: String
    var values: [String: String] = [:]

    var testDescription: String { file }

    static let all = [
        sample("01-msdocs-addimgroup-operation", "The request failed schema validation: An error occurred while"),
        sample("02-msdocs-findconversation-operation", "The request failed schema validation: The 'Id' attribute"),
        FaultExpectation(
            file: "ews/samples/SoapFault/03-msdocs-getimitemlist-operation.response.xml",
            faultCode: "a:ErrorIncorrectSchemaVersion",
            responseCode: .incorrectSchemaVersion,
            faultString: "The request is valid but does not specify the correct server version"
        ),
        sample("04-msdocs-getserviceconfiguration-operation", "The request failed schema validation: \n"),
        sample("09-exchangelib-error-schema-validation", "XXX"),
        sample("15-ewsrs-soap", "The request failed schema validation: The 'Id' attribute is invalid"),
        FaultExpectation(
            file: "ews/samples/SoapFault/16-ewsrs-soap.response.xml",
            faultCode: "a:ErrorExceededConnectionCount",
            responseCode: .exceededConnectionCount,
            faultString: "You have exceeded the available concurrent connections for your account.",
            values: [
                "Policy": "MaxConcurrency",
                "MaxConcurrencyLimit": "27",
                "ErrorMessage": "This operation exceeds the throttling budget for policy part 'MaxConcurrency', "
                    + "policy value '27',  Budget type: 'Ews'.  Suggested backoff time 0 ms.",
            ]
        ),
        recorded("02", "Invalid XML"),
        recorded("04", "Missing body"),
        recorded("06", "Invalid XML"),
        FaultExpectation(
            file: "ews/recorded-grommunio/Subscribe/22.response.xml",
            faultCode: "ErrorInvalidSubscriptionRequest",
            responseCode: .invalidSubscriptionRequest,
            faultString: "E-3200: cannot subscribe to different mailboxes"
        ),
    ]

    private static func sample(_ name: String, _ faultString: String) -> FaultExpectation {
        FaultExpectation(file: "ews/samples/SoapFault/\(name).response.xml", faultString: faultString)
    }

    private static func recorded(_ number: String, _ faultString: String) -> FaultExpectation {
        FaultExpectation(
            file: "ews/recorded-grommunio/_nosoap/\(number).response.xml",
            faultCode: "SOAP:Server",
            responseCode: nil,
            faultString: faultString
        )
    }
}

/// Why a sample cannot be read; the lines are those that the notes beside the samples tell.
struct BrokenExpectation: CustomTestStringConvertible, Sendable {
    enum Reason: Sendable {
        case malformed(line: Int)
        case notAnEnvelope(root: String)
        case unexpectedBody(found: String)
    }

    var file: String
    var reason: Reason

    var testDescription: String { file }

    static let all = [
        broken("ExpandDL/06-exchangelib-expanddl", .malformed(line: 26)),
        broken("GetItem/24-msdocs-getitem-operation-email-message", .malformed(line: 28)),
        broken("GetItem/28-msdocs-verifying-results-fragment", .notAnEnvelope(root: "Body")),
        broken("GetItem/29-msdocs-verifying-results-fragment", .notAnEnvelope(root: "Body")),
        broken("GetItem/30-msdocs-verifying-results-fragment", .notAnEnvelope(root: "GetItemResponseMessage")),
        broken("GetServerTimeZones/02-msdocs-getservertimezones-operation", .malformed(line: 18)),
        broken("GetServerTimeZones/03-msdocs-getservertimezones-operation", .malformed(line: 18)),
        // The documentation misspells SOAP's namespace here and below; no server does.
        broken(
            "GetStreamingEvents/02-msdocs-stream-notifications-about-mailbox-events",
            .notAnEnvelope(root: "Envelope")
        ),
        broken("OtherErrors-GetDelegate/01-exchangelib-delegate", .malformed(line: 19)),
        broken("OtherErrors-GetSharingMetadata/01-msdocs-getsharingmetadata-operation", .malformed(line: 18)),
        broken("ResolveNames/09-ewscpp-resolve-names-response", .malformed(line: 23)),
        broken("SoapFault/10-exchangelib-soap-error", .malformed(line: 7)),
        BrokenExpectation(
            file: "ews/samples/ExpandDL/01-msdocs-expand-distribution-groups.response.xml",
            reason: .notAnEnvelope(root: "Envelope")
        ),
        BrokenExpectation(
            file: "ews/samples/GetUserAvailability/01-msdocs-get-free-busy-information.response.xml",
            reason: .notAnEnvelope(root: "Envelope")
        ),
        BrokenExpectation(
            file: "ews/samples/Subscribe/04-msdocs-stream-notifications-about-mailbox-events.response.xml",
            reason: .notAnEnvelope(root: "Envelope")
        ),
    ]

    private static func broken(_ name: String, _ reason: Reason) -> BrokenExpectation {
        BrokenExpectation(file: "ews/samples-broken/\(name).response.xml", reason: reason)
    }
}
