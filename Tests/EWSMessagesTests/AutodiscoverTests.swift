import Testing

@testable import EWSMessages

@Suite("Autodiscover: requests and answers")
struct AutodiscoverTests {
    private static let soap = "xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
    private static let namespace = "http://schemas.microsoft.com/exchange/2010/Autodiscover"

    @Test("GetUserSettings is written as the reference page shows it")
    func settingsRequest() {
        let request = GetUserSettingsRequest(
            users: ["anna@example.com", "b&b@example.com"],
            settings: [.internalEwsUrl, .externalEwsUrl]
        )
        let text = String(
            decoding: request.encoded(to: "https://mail.example.com/autodiscover/autodiscover.svc"),
            as: UTF8.self
        )
        let expected = """
            <?xml version="1.0" encoding="utf-8"?><s:Envelope \(Self.soap) xmlns:a="\(Self.namespace)" \
            xmlns:wsa="http://www.w3.org/2005/08/addressing"><s:Header>\
            <a:RequestedServerVersion>Exchange2010</a:RequestedServerVersion>\
            <wsa:Action>\(Self.namespace)/Autodiscover/GetUserSettings</wsa:Action>\
            <wsa:To>https://mail.example.com/autodiscover/autodiscover.svc</wsa:To></s:Header><s:Body>\
            <a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>anna@example.com</a:Mailbox></a:User>\
            <a:User><a:Mailbox>b&amp;b@example.com</a:Mailbox></a:User></a:Users><a:RequestedSettings>\
            <a:Setting>InternalEwsUrl</a:Setting><a:Setting>ExternalEwsUrl</a:Setting></a:RequestedSettings></a:Request>\
            </a:GetUserSettingsRequestMessage></s:Body></s:Envelope>
            """
        #expect(text == expected)
    }

    @Test("what a POX request asks for is what Outlook asks for")
    func poxRequest() {
        let text = String(decoding: PoxAutodiscoverRequest(emailAddress: "anna@example.com").encoded(), as: UTF8.self)
        let schemas = "http://schemas.microsoft.com/exchange/autodiscover/outlook"
        let expected = """
            <?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="\(schemas)/requestschema/2006"><Request>\
            <EMailAddress>anna@example.com</EMailAddress>\
            <AcceptableResponseSchema>\(schemas)/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>
            """
        #expect(text == expected)
    }

    @Test("settings of several users are told apart, and one user's do not reach the next")
    func settings() throws {
        let document = """
            <s:Envelope \(Self.soap)><s:Body><GetUserSettingsResponseMessage xmlns="\(Self.namespace)"><Response \
            xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><ErrorCode>NoError</ErrorCode><ErrorMessage/><UserResponses>\
            <UserResponse><ErrorCode>NoError</ErrorCode><RedirectTarget i:nil="true"/><UserSettingErrors/><UserSettings>\
            <UserSetting i:type="StringSetting"><Name>ExternalEwsUrl</Name><Value>https://m.example.com/EWS</Value>\
            </UserSetting><UserSetting i:type="StringSetting"><Name>GroupingInformation</Name><Value>AM0PR01</Value>\
            </UserSetting><UserSetting i:type="WebClientUrlCollectionSetting"><Name>InternalWebClientUrls</Name>\
            <WebClientUrls/></UserSetting></UserSettings></UserResponse><UserResponse><ErrorCode>InvalidUser</ErrorCode>\
            <UserSettings/></UserResponse></UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>
            """
        let expected = GetUserSettingsResponse(
            errorCode: .noError,
            users: [
                .init(
                    errorCode: .noError,
                    settings: [.externalEwsUrl: "https://m.example.com/EWS", .groupingInformation: "AM0PR01"]
                ),
                .init(errorCode: .invalidUser),
            ]
        )
        let reply = try GetUserSettingsResponse.decode(Array(document.utf8))
        #expect(reply == EWSReply(serverVersion: nil, result: .success(expected)))
    }

    static let poxAnswers: [(String, String, PoxAutodiscoverResponse)] = [
        (
            "outside goes before inside",
            account("<Action>settings</Action>\(service("EXCH", "EwsUrl", "in"))\(service("EXPR", "EwsUrl", "out"))"),
            .ewsURLs(["out", "in"])
        ),
        (
            "Exchange 2007 knows availability alone",
            account("<Action>settings</Action>\(service("EXCH", "ASUrl", "in"))"), .ewsURLs(["in"])
        ),
        (
            "a server of mail that is no Exchange",
            account("<Action>settings</Action>\(service("IMAP", "EwsUrl", "x"))"), .ewsURLs([])
        ),
        (
            "another server", account("<Action>redirectUrl</Action><RedirectUrl>https://b/</RedirectUrl>"),
            .redirectURL("https://b/")
        ),
        (
            "an unknown address", frame("2006", "<Error Time=\"1\" Id=\"2\"><ErrorCode>500</ErrorCode></Error>"),
            .error(code: "500")
        ),
        ("an error of the account", frame("2006a", "<Error><ErrorCode>603</ErrorCode></Error>"), .error(code: "603")),
    ]

    @Test("POX tells where EWS is, or where to ask, or what is wrong", arguments: poxAnswers)
    func pox(_ what: String, document: String, expected: PoxAutodiscoverResponse) throws {
        #expect(try PoxAutodiscoverResponse.decode(Array(document.utf8)) == expected)
    }

    @Test(
        "what is no POX answer is refused",
        arguments: [
            "", "<html><body>Portal</body></html>", account("<Action>settings"), account(""),
            account("<Action>redirectAddr</Action>"), account("<Action>dance</Action>"),
            "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>" + account("<Action>settings</Action>"),
        ]
    )
    func poxRefused(document: String) {
        #expect(throws: EWSDecodingError.self) { try PoxAutodiscoverResponse.decode(Array(document.utf8)) }
    }

    @Test("JSON tells a URL or an error, and anything else tells nothing")
    func json() {
        func decode(_ text: String) -> AutodiscoverV2Response? { AutodiscoverV2Response.decode(Array(text.utf8)) }
        let url = "https://outlook.office365.com/EWS/Exchange.asmx"
        #expect(decode("{\"Protocol\":\"EWS\",\"Url\":\"\(url)\"}") == .url(url))
        #expect(decode("{\"ErrorCode\":\"UserNotFound\",\"ErrorMessage\":\"x\"}") == .error(code: "UserNotFound"))
        for text in ["", "[]", "{}", "<html/>", "{\"Url\":\"\"}", "{\"Url\":7}"] { #expect(decode(text) == nil) }
        let long = String(repeating: " ", count: 70_000)
        #expect(decode("{\"Url\":\"\(url)\"}\(long)") == nil)
    }

    @Test("an address cannot break out of the path")
    func path() {
        let path = "/autodiscover/autodiscover.json/v1.0"
        #expect(AutodiscoverV2Response.path(for: "anna.b+c@example.com") == "\(path)/anna.b+c@example.com?Protocol=Ews")
        #expect(AutodiscoverV2Response.path(for: "a/../b?c#d@e") == "\(path)/a%2F..%2Fb%3Fc%23d@e?Protocol=Ews")
    }

    private static func frame(_ schema: String, _ content: String) -> String {
        let schemas = "http://schemas.microsoft.com/exchange/autodiscover"
        let inner = schema == "2006a" ? "\(schemas)/outlook/responseschema/2006a" : "\(schemas)/responseschema/2006"
        return """
            <?xml version="1.0"?><Autodiscover xmlns="\(schemas)/responseschema/2006"><Response xmlns="\(inner)">\
            \(content)</Response></Autodiscover>
            """
    }

    private static func account(_ content: String) -> String { frame("2006a", "<Account>\(content)</Account>") }

    private static func service(_ type: String, _ element: String, _ url: String) -> String {
        "<Protocol><Type>\(type)</Type><\(element)>\(url)</\(element)></Protocol>"
    }
}

/// Samples of the documentation and recordings, against what a person reads in them.
@Suite("ConformanceTests: Autodiscover", .enabled(if: SharedFolder.exists, "../shared is not here"))
struct AutodiscoverConformanceTests {
    static let online = "https://outlook.office365.com/EWS/Exchange.asmx"

    static let poxAnswers: [(String, PoxAutodiscoverResponse)] = [
        (
            "samples-nsfixed/AutodiscoverPox/01-msdocs-handling-autodiscover-error-messages",
            .redirectAddress("elvin@mail.contoso.com")
        ),
        (
            "samples-nsfixed/AutodiscoverPox/05-msdocs-pox-autodiscover-response-for-exchange",
            .ewsURLs(["https://mail.contoso.com/ews/exchange.asmx", "https://mail.contoso.com/ews/exchange.asmx"])
        ),
        // The one for outside is empty there; that within WEB is none of it.
        (
            "samples-nsfixed/AutodiscoverPox/02-msdocs-get-user-settings-from-exchange",
            .ewsURLs(["https://mail.contoso.com/EWS/Exchange.asmx"])
        ),
        ("samples/AutodiscoverPox/08-ewscpp-autodiscover-response", .ewsURLs([online, online])),
        ("samples/AutodiscoverPox/11-winrb-pox-response", .ewsURLs([online, online])),
    ]

    @Test("POX reads as a person reads it", arguments: poxAnswers)
    func pox(file: String, expected: PoxAutodiscoverResponse) throws {
        #expect(try PoxAutodiscoverResponse.decode(SharedFolder.bytes("ews/\(file).response.xml")) == expected)
    }

    static let soapAnswers: [(String, GetUserSettingsResponse)] = [
        (
            "samples-nsfixed/AutodiscoverSoap-GetUserSettings/05-msdocs-use-autodiscover-to-find-connection-points",
            GetUserSettingsResponse(
                errorCode: .noError,
                users: [.init(errorCode: .redirectAddress, redirectTarget: "User1@mail.Contoso.com")]
            )
        ),
        (
            "samples-nsfixed/AutodiscoverSoap-GetUserSettings/07-msdocs-getusersettings-operation-soap",
            GetUserSettingsResponse(errorCode: .noError, users: [.init(errorCode: .noError)])
        ),
        (
            "samples/AutodiscoverSoap-GetUserSettings/09-exchangelib-get-user-settings",
            GetUserSettingsResponse(errorCode: .init(rawValue: "InvalidSetting"), users: [])
        ),
        (
            "samples/AutodiscoverSoap-GetUserSettings/10-exchangelib-get-user-settings",
            GetUserSettingsResponse(errorCode: .init(rawValue: "InternalServerError"), users: [])
        ),
    ]

    @Test("SOAP reads as a person reads it", arguments: soapAnswers)
    func soap(file: String, expected: GetUserSettingsResponse) throws {
        let reply = try GetUserSettingsResponse.decode(SharedFolder.bytes("ews/\(file).response.xml"))
        #expect(reply == EWSReply(serverVersion: nil, result: .success(expected)))
    }
}
