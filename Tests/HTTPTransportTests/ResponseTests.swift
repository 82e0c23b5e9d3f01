import Foundation
import HTTPTransport
import Testing

@Suite("An answer")
struct ResponseTests {
    let server: MisbehavingServer
    let client = HTTPClient()

    init() throws {
        server = try MisbehavingServer.shared.get()
    }

    @Test("of any status is an answer, and a redirect is not followed", arguments: [201, 204, 302, 401, 404, 500, 503])
    func status(_ code: Int) async throws {
        let response = try await client.send(HTTPRequest(url: server.url("status?code=\(code)")))
        #expect(response.status == code)
        #expect(response.headers["location"] == "/echo")
    }

    @Test("keeps headers of the same name apart, in order")
    func duplicates() async throws {
        let response = try await client.send(HTTPRequest(url: server.url("two-cookies")))
        #expect(response.headers.values(of: "SET-COOKIE") == ["a=1", "b=2"])
        #expect(response.headers["Set-Cookie"] == "a=1")
        #expect(response.headers["X-Empty"]?.isEmpty == true)
        #expect(response.headers["X-Absent"] == nil)
    }

    @Test("leaves interim answers out")
    func interim() async throws {
        let response = try await client.send(HTTPRequest(url: server.url("interim")))
        #expect(response.status == 200)
        #expect(response.headers["X-Interim"] == nil)
        #expect(response.body.text == "final")
    }

    @Test("in chunks is put together, without what trails it")
    func trailer() async throws {
        let response = try await client.send(HTTPRequest(url: server.url("trailer")))
        #expect(response.body.text == "body")
        #expect(response.headers["X-Trailer"] == nil)
    }

    @Test("is decompressed")
    func gzip() async throws {
        let response = try await client.send(HTTPRequest(url: server.url("gzip")))
        #expect(response.body.text == String(repeating: "free and busy ", count: 1000))
    }

    @Test("that is larger than allowed is given up")
    func tooLarge() async {
        var request = HTTPRequest(url: server.url("large?bytes=10001"))
        request.limits.bodyBytes = 10_000
        #expect(await client.failure(of: request) == .bodyTooLarge(limit: 10_000))
    }

    @Test("that is just as large as allowed is taken")
    func largest() async throws {
        var request = HTTPRequest(url: server.url("large?bytes=10000"))
        request.limits.bodyBytes = 10_000
        #expect(try await client.send(request).body.count == 10_000)
    }

    @Test("that is small on the wire and large after decompression is given up")
    func bomb() async {
        var request = HTTPRequest(url: server.url("bomb"))
        request.limits.bodyBytes = 1 << 20
        #expect(await client.failure(of: request) == .bodyTooLarge(limit: 1 << 20))
    }

    @Test(
        "that is broken says how",
        arguments: [
            ("broken-gzip", HTTPError.malformedResponse),
            ("garbage", .notHTTP(opening: "SSH-2.0-OpenSSH_9.2")),
            ("cut", .connectionClosed),
            ("cut-chunks", .connectionClosed),
            ("hang-up", .connectionClosed),
            ("large-head", .headersTooLarge(limit: 64 << 10)),
        ]
    )
    func broken(_ path: String, error: HTTPError) async {
        #expect(await client.failure(of: HTTPRequest(url: server.url(path))) == error)
    }

    @Test("that nobody asked for is not taken for the next one, where the request knows the sign of it")
    func unsolicited() async throws {
        let request = HTTPRequest(
            url: server.url("answer-twice"),
            closesConnectionIf: { status, firstBytes in status == 200 && firstBytes.text == "first" }
        )
        #expect(try await client.send(request).body.text == "first")
        let next = try await client.send(HTTPRequest(url: server.url("gzip")))
        #expect(next.headers["Content-Encoding"] == "gzip")
    }

    @Test("without the sign leaves the connection open")
    func noSign() async throws {
        let request = HTTPRequest(url: server.url("echo"), closesConnectionIf: { status, _ in status == 500 })
        let first = try await Echo(client.send(request))
        #expect(try await Echo(client.send(request)).connection == first.connection)
    }
}
