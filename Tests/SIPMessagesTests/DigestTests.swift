import Testing

@testable import SIPMessages

@Suite("Digest answers")
struct DigestTests {
    private static func response(_ fields: [String], status: Int = 401) -> SIPResponse {
        let name = status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate"
        return SIPResponse(
            status: status,
            reason: "Unauthorized",
            headers: SIPHeaders(fields.map { SIPHeader(name, $0) })
        )
    }

    private static func parameter(_ name: String, of header: SIPHeader) -> String? {
        let parts = HeaderText.split(header.value.dropFirst("Digest ".count), at: ",")
        return HeaderText.parameters(parts)[name]
    }

    private static func example(_ algorithm: String) -> String {
        """
        Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=\(algorithm), \
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
        """
    }

    @Test(
        "the examples of RFC 7616, 3.9.1",
        arguments: [
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ]
    )
    func newExample(algorithm: String, expected: String) throws {
        let challenge = try #require(DigestChallenge.strongest(in: Self.response([Self.example(algorithm)])))
        let ownNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
        var answer = try #require(
            DigestAnswer(to: challenge, username: "Mufasa", password: "Circle of Life", ownNonce: ownNonce)
        )
        let header = answer.header(method: "GET", uri: "/dir/index.html")
        #expect(header.name == "Authorization")
        let expected = [
            "username": "\"Mufasa\"", "realm": "\"http-auth@example.org\"", "uri": "\"/dir/index.html\"",
            "algorithm": algorithm, "nonce": "\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"", "nc": "00000001",
            "cnonce": "\"\(ownNonce)\"", "qop": "auth", "response": "\"\(expected)\"",
            "opaque": "\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
        ]
        for (name, value) in expected { #expect(Self.parameter(name, of: header) == value) }
    }

    @Test("the example of RFC 2617, 3.5, whose challenge names no algorithm")
    func oldExample() throws {
        let field = """
            Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", \
            opaque="5ccc069c403ebaf9f0171e9517f40e41"
            """
        let challenge = try #require(DigestChallenge.strongest(in: Self.response([field])))
        var answer = try #require(
            DigestAnswer(to: challenge, username: "Mufasa", password: "Circle Of Life", ownNonce: "0a4f113b")
        )
        let header = answer.header(method: "GET", uri: "/dir/index.html")
        #expect(Self.parameter("response", of: header) == "\"6629fae49393a05397450978507c4ef1\"")
        #expect(Self.parameter("algorithm", of: header) == nil)
    }
}
