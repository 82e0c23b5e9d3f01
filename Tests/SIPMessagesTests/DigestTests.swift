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

    /// Of RFC 8760, 2.4: a server lists what it takes by its own preference, and MD5 must not win by standing first.
    @Test("the strongest that is known is answered")
    func strongest() {
        let unknown = Self.example("SHA-512-256")
        let (weak, strong) = (Self.example("MD5"), Self.example("SHA-256"))
        func algorithm(_ fields: [String]) -> DigestAlgorithm? {
            DigestChallenge.strongest(in: Self.response(fields))?.algorithm
        }
        #expect(algorithm([unknown, weak, strong]) == .sha256)
        #expect(algorithm([weak + ", " + strong]) == .sha256)
        #expect(algorithm([unknown, weak]) == .md5)
        #expect(algorithm([unknown]) == nil)
        #expect(algorithm(["Basic realm=\"x\"", "NTLM", weak]) == .md5)
        #expect(algorithm([Self.example("\"md5-SESS\"")]) == .md5Session)
    }

    @Test(
        "challenges that cannot be answered",
        arguments: [
            "", "Digest", "Digest nonce=\"a\"", "Digest realm=\"a\"", "Digest realm=\"a\", nonce=\"b",
            "Digest realm=\"a\", nonce=\"b\", qop=\"auth-int\"", "Digest realm=\"a\"b\", nonce=\"c\"",
            "Digest realm=\"a\", nonce=\"b\", algorithm=MD5-sess", "Basic realm=\"a\", nonce=\"b\"",
            "Digest realm=\"a\\\", nonce=\"b\"",
            "Digest realm=\"a\", nonce=\"\(String(repeating: "x", count: 4_097))\"",
        ]
    )
    func unanswerable(field: String) {
        #expect(DigestChallenge.strongest(in: Self.response([field])) == nil)
    }

    @Test("the same nonce is counted, and each answer is another one")
    func counting() throws {
        let challenge = try #require(DigestChallenge.strongest(in: Self.response([Self.example("SHA-256")])))
        var answer = try #require(DigestAnswer(to: challenge, username: "a", password: "b", ownNonce: "c"))
        let headers = (1...17).map { _ in answer.header(method: "PUBLISH", uri: "sip:a@example.com") }
        #expect(headers.map { Self.parameter("nc", of: $0) }.suffix(2) == ["00000010", "00000011"])
        #expect(Set(headers.map { Self.parameter("response", of: $0) }).count == 17)
    }

    /// By hand: what RFC 7616, 3.4.2 puts together, digested by Python's hashlib.
    @Test(
        "session keys, and answers without a quality",
        arguments: [
            (
                "algorithm=SHA-256-sess, qop=\"auth\"",
                "58d2283249cc48cc0984946d800c954e7a0f130f5e4c17089e0eb9ec05a83669"
            ), ("algorithm=MD5-sess, qop=auth", "e953c740b298ad147a383362e9797726"),
            ("algorithm=MD5", "0e0f9353bc39e8491b7e48bdeecd4871"),
        ]
    )
    func forms(rest: String, expected: String) throws {
        let field = "Digest realm=\"r\", nonce=\"n\", \(rest)"
        let challenge = try #require(DigestChallenge.strongest(in: Self.response([field])))
        var answer = try #require(DigestAnswer(to: challenge, username: "u", password: "p", ownNonce: "c"))
        let header = answer.header(method: "PUBLISH", uri: "sip:e@x")
        #expect(Self.parameter("response", of: header) == "\"\(expected)\"")
        #expect((Self.parameter("cnonce", of: header) != nil) == rest.contains("qop"))
    }

    @Test("a proxy is answered in its own field, and a stale nonce is told apart")
    func proxy() throws {
        let field = "digest REALM=\"r\",nonce=\"n\",stale=TRUE"
        let challenge = try #require(DigestChallenge.strongest(in: Self.response([field], status: 407)))
        #expect(challenge.isStale && challenge.isProxy)
        var answer = try #require(DigestAnswer(to: challenge, username: "u", password: "p", ownNonce: "c"))
        #expect(answer.header(method: "PUBLISH", uri: "sip:e@x").name == "Proxy-Authorization")
        #expect(DigestChallenge.strongest(in: Self.response([field]))?.isStale == true)
    }

    @Test("names are quoted, the server's words come back as they were, and a line end is refused")
    func quoting() throws {
        let field = "Digest realm=\"a \\\"b\\\", c\", nonce=\"n=,\", opaque=\"\""
        let challenge = try #require(DigestChallenge.strongest(in: Self.response([field])))
        #expect(challenge.realm == "a \\\"b\\\", c")
        var answer = try #require(DigestAnswer(to: challenge, username: "x\"\\y", password: "p", ownNonce: "c"))
        let value = answer.header(method: "PUBLISH", uri: "sip:e@x").value
        #expect(value.hasPrefix("Digest username=\"x\\\"\\\\y\", realm=\"a \\\"b\\\", c\", nonce=\"n=,\", "))
        #expect(value.hasSuffix(", opaque=\"\""))
        #expect(DigestAnswer(to: challenge, username: "x\r\nEvil: y", password: "p", ownNonce: "c") == nil)
    }

    @Test("an answer does not print what it knows")
    func secrecy() throws {
        let challenge = try #require(DigestChallenge.strongest(in: Self.response([Self.example("MD5")])))
        let answer = try #require(DigestAnswer(to: challenge, username: "u", password: "geheim", ownNonce: "c"))
        var dumped = ""
        dump(answer, to: &dumped)
        for text in ["\(answer)", String(reflecting: answer), dumped] {
            #expect(text.contains("an answer with MD5"))
            #expect(!text.contains(DigestAlgorithm.md5.hex("u:http-auth@example.org:geheim") ?? "geheim"))
        }
    }
}
