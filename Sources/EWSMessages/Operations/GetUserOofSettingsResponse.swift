import Foundation

/// The automatic reply of one mailbox, or why it is not told
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getuseroofsettingsresponse>).
package struct GetUserOofSettingsResponse: Hashable, Sendable {
    package var responseMessage: ResponseMessage
    /// `nil` where the message tells of an error.
    package var oofSettings: UserOofSettings?

    package init(responseMessage: ResponseMessage, oofSettings: UserOofSettings? = nil) {
        self.responseMessage = responseMessage
        self.oofSettings = oofSettings
    }

    /// Decodes the body of an HTTP response, whatever its status.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = ParserLimits()
    ) throws(EWSDecodingError) -> EWSReply<GetUserOofSettingsResponse> {
        try EnvelopeDecoder<Reader>.decode(bytes, limits: limits)
    }
}

extension GetUserOofSettingsResponse {
    final class Reader: ResponseReader {
        private let message = ResponseMessage.Reader()
        private var hasSettings = false
        private var oofState: UserOofSettings.OofState?
        private var externalAudience: UserOofSettings.ExternalAudience?
        private var startTime: Date?
        private var endTime: Date?
        private var internalReply = ""
        private var externalReply = ""

        var pattern: ElementPattern {
            ElementPattern(.messages, "GetUserOofSettingsResponse", children: [message.pattern, settings])
        }

        private var settings: ElementPattern {
            let duration: [ElementPattern] = [
                .text(.types, "StartTime") { text throws(Reason) in self.startTime = try text.dateTime() },
                .text(.types, "EndTime") { text throws(Reason) in self.endTime = try text.dateTime() },
            ]
            let internalMessage = ElementPattern.text(.types, "Message") { self.internalReply = $0.string }
            let externalMessage = ElementPattern.text(.types, "Message") { self.externalReply = $0.string }
            return ElementPattern(
                .types,
                "OofSettings",
                children: [
                    .text(.types, "OofState") { text throws(Reason) in
                        self.oofState = try text.value(UserOofSettings.OofState.self)
                    },
                    .text(.types, "ExternalAudience") { text throws(Reason) in
                        self.externalAudience = try text.value(UserOofSettings.ExternalAudience.self)
                    },
                    ElementPattern(.types, "Duration", children: duration),
                    ElementPattern(.types, "InternalReply", children: [internalMessage]),
                    ElementPattern(.types, "ExternalReply", children: [externalMessage]),
                ],
                open: { _ in self.hasSettings = true }
            )
        }

        func tolerates(_ error: EWSDecodingError) -> Bool { false }

        func value() throws(EWSDecodingError.Reason) -> GetUserOofSettingsResponse {
            guard let message = message.responseMessage else { throw .missing(element: "ResponseCode") }
            guard message.responseCode == .noError else { return GetUserOofSettingsResponse(responseMessage: message) }
            guard hasSettings else { throw .missing(element: "OofSettings") }
            guard let oofState else { throw .missing(element: "OofState") }
            var settings = UserOofSettings(
                oofState: oofState,
                externalAudience: externalAudience ?? .none,
                internalReply: internalReply,
                externalReply: externalReply
            )
            if let startTime, let endTime { settings.duration = Duration(startTime: startTime, endTime: endTime) }
            return GetUserOofSettingsResponse(responseMessage: message, oofSettings: settings)
        }
    }
}
