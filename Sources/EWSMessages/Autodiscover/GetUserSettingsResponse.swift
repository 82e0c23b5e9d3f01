/// What SOAP Autodiscover tells of users
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getusersettingsresponse-soap>).
package struct GetUserSettingsResponse: Hashable, Sendable {
    /// What became of a request, or of one user of it
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/errorcode-soap>).
    package struct ErrorCode: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        package static let noError = ErrorCode(rawValue: "NoError")
        /// Ask for another address, which ``UserResponse/redirectTarget`` is.
        package static let redirectAddress = ErrorCode(rawValue: "RedirectAddress")
        /// Ask another server, whose URL ``UserResponse/redirectTarget`` is.
        package static let redirectUrl = ErrorCode(rawValue: "RedirectUrl")
        /// There is no such user.
        package static let invalidUser = ErrorCode(rawValue: "InvalidUser")
    }

    /// What is told of one user.
    package struct UserResponse: Hashable, Sendable {
        package var errorCode: ErrorCode
        package var redirectTarget: String?
        /// Those that were asked for and are text; what the server does not have is missing.
        package var settings: [GetUserSettingsRequest.Setting: String]

        package init(
            errorCode: ErrorCode,
            redirectTarget: String? = nil,
            settings: [GetUserSettingsRequest.Setting: String] = [:]
        ) {
            self.errorCode = errorCode
            self.redirectTarget = redirectTarget
            self.settings = settings
        }
    }

    /// Of the request as a whole.
    package var errorCode: ErrorCode
    /// In the order of the request; empty where that was refused as a whole.
    package var users: [UserResponse]

    package init(errorCode: ErrorCode, users: [UserResponse]) {
        self.errorCode = errorCode
        self.users = users
    }

    /// Decodes the body of an HTTP response, whatever its status. The version of the server is not read.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = ParserLimits()
    ) throws(EWSDecodingError) -> EWSReply<GetUserSettingsResponse> {
        try EnvelopeDecoder<Reader>.decode(bytes, limits: limits)
    }
}

extension GetUserSettingsResponse {
    final class Reader: ResponseReader {
        private var errorCode: ErrorCode?
        private var users: [UserResponse] = []
        private var user = UserResponse(errorCode: .noError)
        private var name = ""
        private var text: String?

        var pattern: ElementPattern {
            let code = ElementPattern.text(.autodiscover, "ErrorCode") { text throws(Reason) in
                self.errorCode = ErrorCode(rawValue: try text.identifier())
            }
            let users = ElementPattern(.autodiscover, "UserResponses", children: [userPattern])
            let response = ElementPattern(.autodiscover, "Response", children: [code, users])
            return ElementPattern(.autodiscover, "GetUserSettingsResponseMessage", children: [response])
        }

        private var userPattern: ElementPattern {
            let code = ElementPattern.text(.autodiscover, "ErrorCode") { text throws(Reason) in
                self.user.errorCode = ErrorCode(rawValue: try text.identifier())
            }
            let target = ElementPattern.text(.autodiscover, "RedirectTarget") { text throws(Reason) in
                self.user.redirectTarget = try text.optionalIdentifier()
            }
            let settings = ElementPattern(.autodiscover, "UserSettings", children: [settingPattern])
            return ElementPattern(
                .autodiscover,
                "UserResponse",
                children: [code, target, settings],
                open: { _ in self.user = UserResponse(errorCode: .noError) },
                close: { self.users.append(self.user) }
            )
        }

        private var settingPattern: ElementPattern {
            let name = ElementPattern.text(.autodiscover, "Name") { self.name = $0.trimmed }
            let value = ElementPattern.text(.autodiscover, "Value") { text throws(Reason) in
                self.text = try text.optionalIdentifier()
            }
            return ElementPattern(
                .autodiscover,
                "UserSetting",
                children: [name, value],
                open: { _ in (self.name, self.text) = ("", nil) },
                close: {
                    guard let setting = GetUserSettingsRequest.Setting(rawValue: self.name) else { return }
                    self.user.settings[setting] = self.text
                }
            )
        }

        func tolerates(_ error: EWSDecodingError) -> Bool { false }

        func value() throws(EWSDecodingError.Reason) -> GetUserSettingsResponse {
            guard let errorCode else { throw .missing(element: "ErrorCode") }
            return GetUserSettingsResponse(errorCode: errorCode, users: users)
        }
    }
}
