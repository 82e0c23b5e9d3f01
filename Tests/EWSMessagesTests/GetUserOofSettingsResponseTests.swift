import TestSupport
import Testing

@testable import EWSMessages

@Suite("GetUserOofSettings: responses")
struct GetUserOofSettingsResponseTests {
    private static func response(_ bytes: [UInt8]) throws -> GetUserOofSettingsResponse? {
        guard case .success(let response) = try GetUserOofSettingsResponse.decode(bytes).result else { return nil }
        return response
    }

    @Test("a scheduled reply has its times and its bodies as they were sent")
    func scheduled() throws {
        let expected = UserOofSettings(
            oofState: .scheduled,
            externalAudience: .all,
            duration: Duration(startTime: time("2026-12-21T08:00:00Z"), endTime: time("2027-01-04T07:00:00Z")),
            internalReply: "<html><p>Bin <b>weg</b></p></html>",
            externalReply: "<p>Away & back</p>"
        )
        let response = try Self.response(Documents.outOfOffice(Documents.scheduledReply))
        #expect(response?.responseMessage == ResponseMessage(.noError))
        #expect(response?.oofSettings == expected)
    }

    @Test("replies and times may be missing")
    func sparse() throws {
        let settings = """
            <t:OofSettings xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">\
            <t:OofState>Enabled</t:OofState></t:OofSettings>
            """
        let response = try Self.response(Documents.outOfOffice(settings))
        #expect(response?.oofSettings == UserOofSettings(oofState: .enabled))
    }

    @Test("an error has no settings")
    func denied() throws {
        let response = try Self.response(Documents.outOfOffice("", code: "ErrorAccessDenied"))
        #expect(response == GetUserOofSettingsResponse(responseMessage: ResponseMessage(.accessDenied)))
    }

    @Test(
        "what makes no sense is an error that names the element",
        arguments: [
            ("", EWSDecodingError.Reason.missing(element: "OofSettings")),
            (oofSettings(""), .missing(element: "OofState")),
            (oofSettings("<t:OofState>Sometimes</t:OofState>"), .invalidValue(element: "OofState", text: "Sometimes")),
            (
                oofSettings("<t:Duration><t:EndTime>tomorrow</t:EndTime></t:Duration>"),
                .invalidValue(element: "EndTime", text: "tomorrow")
            ),
        ]
    )
    func nonsense(content: String, expected: EWSDecodingError.Reason) {
        #expect {
            _ = try GetUserOofSettingsResponse.decode(Documents.outOfOffice(content))
        } throws: {
            ($0 as? EWSDecodingError)?.reason == expected
        }
    }

    private static func oofSettings(_ content: String) -> String {
        """
        <t:OofSettings xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">\(content)</t:OofSettings>
        """
    }
}
