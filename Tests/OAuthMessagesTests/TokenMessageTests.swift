import Foundation
import Testing

@testable import OAuthMessages

@Suite("Asking an authority for a token")
struct TokenMessageTests {
    @Test("the body of a request is what a form with these fields sends")
    func body() throws {
        let request = TokenRequest(clientID: "app", scope: "https://outlook.office365.com/.default")
        let body = String(decoding: request.body(secret: "a+b/c=d&e f~ü*-._"), as: UTF8.self)
        #expect(
            body
                == "grant_type=client_credentials&client_id=app&scope=https%3A%2F%2Foutlook.office365.com%2F.default"
                + "&client_secret=a%2Bb%2Fc%3Dd%26e%20f%7E%C3%BC*-._"
        )
        let fields = try #require(URLComponents(string: "?\(body)")?.queryItems)
        #expect(fields.last?.value == "a+b/c=d&e f~ü*-._")
    }

    @Test("an assertion comes with the type that RFC 7523 gives it")
    func assertion() throws {
        let request = TokenRequest(clientID: "app", scope: "s")
        let body = String(decoding: request.body(assertion: "x.y.z"), as: UTF8.self)
        let fields = try #require(URLComponents(string: "?\(body)")?.queryItems)
        let names = ["grant_type", "client_id", "scope", "client_assertion_type", "client_assertion"]
        #expect(fields.map(\.name) == names)
        #expect(fields[3].value == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        #expect(fields[4].value == "x.y.z")
    }

    @Test("the answer of RFC 6749, 5.1, is understood")
    func publishedGrant() throws {
        let grant = try TokenGrant(
            decoding: Array(
                """
                {
                  "access_token":"2YotnFZFEjr1zCsicMWpAA",
                  "token_type":"example",
                  "expires_in":3600,
                  "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA",
                  "example_parameter":"example_value"
                }
                """.replacingOccurrences(of: "\"example\"", with: "\"Bearer\"").utf8
            )
        )
        #expect(grant.token.reveal() == "2YotnFZFEjr1zCsicMWpAA")
        #expect(grant.lifetime == 3_600)
    }

    @Test(
        "how long a token is good for",
        arguments: [
            (#","expires_in":3599"#, 3_599.0), (#","expires_in":"3599""#, 3_599), (#","expires_in":1e99"#, 86_400),
            (#","expires_in":null"#, 300), ("", 300),
        ]
    )
    func lifetime(fields: String, expected: Double) throws {
        let body = #"{"token_type":"bearer","access_token":"a.b-c_d~e+f/g=="\#(fields)}"#
        #expect(try TokenGrant(decoding: Array(body.utf8)).lifetime == expected)
    }

    @Test(
        "what is no token is refused",
        arguments: [
            ("", TokenGrantError.notAnAnswer), ("[]", .notAnAnswer), ("<html>", .notAnAnswer), ("{}", .notAnAnswer),
            (#"{"access_token":7,"token_type":"Bearer"}"#, .notAnAnswer),
            (#"{"access_token":"a","token_type":"Bearer","expires_in":"soon"}"#, .notAnAnswer),
            (#"{"access_token":"a","token_type":"mac"}"#, .type("mac")),
            (#"{"access_token":"","token_type":"Bearer"}"#, .notAToken),
            (#"{"access_token":"a\r\nX: y","token_type":"Bearer"}"#, .notAToken),
            (#"{"access_token":"ü","token_type":"Bearer"}"#, .notAToken),
            (#"{"access_token":"a","token_type":"Bearer","expires_in":0}"#, .expired),
            (#"{"access_token":"a","token_type":"Bearer","expires_in":-1}"#, .expired),
        ]
    )
    func noGrant(body: String, error: TokenGrantError) {
        #expect(throws: error) { try TokenGrant(decoding: Array(body.utf8)) }
    }

    @Test("an answer that is too large is not read, and a token that is too long not taken")
    func bounds() {
        let token = String(repeating: "a", count: 32_769)
        let long = #"{"access_token":"\#(token)","token_type":"Bearer"}"#
        #expect(throws: TokenGrantError.notAToken) { try TokenGrant(decoding: Array(long.utf8)) }
        let large = #"{"access_token":"a","token_type":"Bearer"}"# + String(repeating: " ", count: 65_536)
        #expect(throws: TokenGrantError.notAnAnswer) { try TokenGrant(decoding: Array(large.utf8)) }
        #expect(TokenRefusal(decoding: Array(large.utf8)) == nil)
    }

    @Test("a token is printed nowhere")
    func secret() throws {
        let grant = try TokenGrant(decoding: Array(#"{"access_token":"verysecret","token_type":"Bearer"}"#.utf8))
        var dumped = "\(grant) \(String(reflecting: grant))"
        dump(grant, to: &dumped)
        #expect(!dumped.contains("verysecret"))
    }

    @Test("the error of Microsoft's page is understood")
    func publishedRefusal() {
        let body = """
            {
              "error": "invalid_scope",
              "error_description": "AADSTS70011: The provided value for the input parameter 'scope' isn't valid. The \
            scope https://example.contoso.com/activity.read isn't valid.\\r\\nTrace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333\
            \\r\\nCorrelation ID: aaaa0000-bb11-2222-33cc-444444dddddd\\r\\nTimestamp: 2016-01-09 02:02:12Z",
              "error_codes": [70011],
              "timestamp": "2016-01-09 02:02:12Z"
            }
            """
        let refusal = TokenRefusal(decoding: Array(body.utf8))
        #expect(refusal?.error == "invalid_scope")
        #expect(refusal?.number == 70_011)
        #expect(
            refusal?.description
                == "AADSTS70011: The provided value for the input parameter 'scope' isn't valid. The scope "
                + "https://example.contoso.com/activity.read isn't valid."
        )
    }

    @Test(
        "other errors, as far as they are told",
        arguments: [
            (#"{"error":"invalid_client"}"#, nil, nil),
            (#"{"error":"invalid_client","error_description":""}"#, nil, nil),
            (#"{"error":"invalid_client","error_description":"No. Trace ID: 7"}"#, "No.", nil),
            (#"{"error":"invalid_client","error_description":"AADSTS7000215: No."}"#, "AADSTS7000215: No.", 7_000_215),
            (#"{"error":"invalid_client","error_description":"AADSTS: No."}"#, "AADSTS: No.", nil),
        ] as [(String, String?, Int?)]
    )
    func refusals(body: String, description: String?, number: Int?) {
        let refusal = TokenRefusal(decoding: Array(body.utf8))
        #expect(refusal?.error == "invalid_client")
        #expect(refusal?.description == description)
        #expect(refusal?.number == number)
    }

    @Test("what an authority says at length is cut off")
    func longRefusal() {
        let long = String(repeating: "x", count: 1_000)
        let refusal = TokenRefusal(decoding: Array(#"{"error":"\#(long)","error_description":"\#(long)"}"#.utf8))
        #expect(refusal?.error.count == 60)
        #expect(refusal?.description?.count == 300)
    }

    @Test("a page is no answer of an authority", arguments: ["", "<html>", "{}", #"{"error":""}"#, #"{"error":7}"#])
    func noRefusal(body: String) {
        #expect(TokenRefusal(decoding: Array(body.utf8)) == nil)
    }
}
