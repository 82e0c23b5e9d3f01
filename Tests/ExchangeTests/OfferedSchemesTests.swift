import Exchange
import HTTPTransport
import Testing

@Suite("What a server offers")
struct OfferedSchemesTests {
    // The grammar: RFC 9110, 11.2, 11.3, 11.6.1 and 5.6.1 (empty elements of lists).
    @Test(
        "names are read from one field or several, and parameters are none",
        arguments: [
            ([], []),
            (["Basic"], ["Basic"]),
            ([#"Basic realm="mail.example.com""#], ["Basic"]),
            (["Negotiate", "NTLM", #"Basic realm="EWS""#], ["Negotiate", "NTLM", "Basic"]),
            (["Negotiate, NTLM"], ["Negotiate", "NTLM"]),
            // A proxy joins fields, and changes their case.
            ([#"NEGOTIATE,ntlm,basic Realm = "a, Digest b""#], ["NEGOTIATE", "ntlm", "basic"]),
            // The example of RFC 9110, 11.6.1.
            (
                [#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#],
                ["Basic", "Newauth"]
            ),
            ([#"Digest realm="x", nonce="NTLM, Basic", qop="auth,auth-int""#], ["Digest"]),
            // A token68, with and without padding.
            (["Negotiate oYG2MIGzoAMKAQChCwYJKoZIgvcSAQICooGeBIGb==, NTLM TlRMTVNTUAACAAAA"], ["Negotiate", "NTLM"]),
            // Exchange Online's.
            (
                [
                    #"Bearer client_id="00000002-0000-0ff1-ce00-000000000000", trusted_issuers="00000001@*","#
                        + #" token_types="app_asserted_user_v1 service_asserted_app_v1", error="invalid_token", Basic Realm="""#
                ],
                ["Bearer", "Basic"]
            ),
            ([" , ,\tNTLM\t, "], ["NTLM"]),
            (["NTLM", "ntlm, NTLM"], ["NTLM"]),
            // What nobody should send.
            ([#"Basic realm="never closed, NTLM"#], ["Basic"]),
            (["\"NTLM\"", "=", "(NTLM)", ""], []),
            ([#"Basic realm="\", NTLM", Negotiate"#], ["Basic", "Negotiate"]),
        ] as [([String], [String])]
    )
    func names(values: [String], expected: [String]) {
        let headers = HTTPHeaders(values.map { HTTPHeader("www-authenticate", $0) })
        #expect(OfferedSchemes(headers).names == expected)
    }

    @Test("neither a long name nor many names are kept whole")
    func bounded() {
        let many = (0..<1_000).map { "scheme-\($0)" }.joined(separator: ",")
        let headers: HTTPHeaders = ["WWW-Authenticate": String(repeating: "x", count: 9_000) + "," + many]
        let names = OfferedSchemes(headers).names
        #expect(names.count == 20)
        #expect(names.first?.count == 40)
    }
}
