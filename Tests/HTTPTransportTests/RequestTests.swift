import HTTPTransport
import Testing

@Suite("A request")
struct RequestTests {
    let server: MisbehavingServer
    let client = HTTPClient()

    init() throws {
        server = try MisbehavingServer.shared.get()
    }

    @Test("carries its method, headers and body, and nothing that nobody asked for")
    func carriesWhatItIsGiven() async throws {
        let response = try await client.send(
            HTTPRequest(
                method: "POST",
                url: server.url("echo"),
                headers: [
                    "Content-Type": "text/xml; charset=utf-8", "X-AnchorMailbox": "anna@example.com", "X-Empty": "",
                ],
                body: Array("<Envelope/>".utf8)
            )
        )
        #expect(response.status == 200)
        #expect(response.headers["content-TYPE"] == "application/json")
        let echo = try Echo(response)
        #expect(echo.method == "POST")
        #expect(echo.body == "<Envelope/>")
        #expect(echo.values(of: "Content-Type") == ["text/xml; charset=utf-8"])
        #expect(echo.values(of: "X-AnchorMailbox") == ["anna@example.com"])
        #expect(echo.values(of: "X-Empty") == [""])
        #expect(echo.values(of: "Accept-Encoding") == ["gzip"])
        #expect(echo.values(of: "Authorization").isEmpty)
        #expect(echo.values(of: "Expect").isEmpty)
        #expect(echo.values(of: "User-Agent").isEmpty)
    }

    @Test("keeps its method, with and without a body", arguments: ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
    func method(_ method: String) async throws {
        let bare = try await Echo(client.send(HTTPRequest(method: method, url: server.url("echo"))))
        #expect(bare.method == method)
        #expect(bare.body.isEmpty)
        #expect(bare.values(of: "Content-Type").isEmpty)
        #expect(bare.values(of: "Content-Length") == (["POST", "PUT", "PATCH"].contains(method) ? ["0"] : []))
        let full = try await Echo(
            client.send(HTTPRequest(method: method, url: server.url("echo"), body: [0x7B, 0x7D]))
        )
        #expect(full.method == method)
        #expect(full.body == "{}")
    }

    @Test("sends a large body whole, without waiting for leave")
    func largeBody() async throws {
        let body = [UInt8](repeating: 0x61, count: 3 << 20)
        let echo = try await Echo(client.send(HTTPRequest(method: "POST", url: server.url("echo"), body: body)))
        #expect(echo.body.utf8.count == body.count)
        #expect(echo.values(of: "Expect").isEmpty)
    }

    @Test("with basic authentication shows user and password at once, as RFC 7617 spells them")
    func basic() async throws {
        let authentication = HTTPAuthentication.basic(user: "Aladdin", password: Secret("open sesame"))
        let request = HTTPRequest(url: server.url("echo"), authentication: authentication)
        let echo = try await Echo(client.send(request))
        #expect(echo.values(of: "Authorization") == ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="])
        // The next request uses the same handle and connection, but not the password.
        let next = try await Echo(client.send(HTTPRequest(url: server.url("echo"))))
        #expect(next.connection == echo.connection)
        #expect(next.values(of: "Authorization").isEmpty)
    }

    @Test("with a token shows it at once, behind its scheme, and never again", arguments: ["Bearer", "Negotiate"])
    func token(_ scheme: String) async throws {
        let authentication = HTTPAuthentication.token(scheme: scheme, Secret("mF_9.B5f-4.1JqM=="))
        let request = HTTPRequest(url: server.url("echo"), authentication: authentication)
        let echo = try await Echo(client.send(request))
        #expect(echo.values(of: "Authorization") == ["\(scheme) mF_9.B5f-4.1JqM=="])
        let next = try await Echo(client.send(HTTPRequest(url: server.url("echo"))))
        #expect(next.connection == echo.connection)
        #expect(next.values(of: "Authorization").isEmpty)
    }

    @Test(
        "with a token that would break out of its line is refused, and does not tell the token",
        arguments: [
            ("Bearer", "hunter2\r\nX: y"), ("Bearer", "hunter2 and more"), ("Bearer", "hünter2"), ("Bearer", ""),
            ("", "hunter2"), ("Bea rer", "hunter2"),
        ]
    )
    func brokenToken(scheme: String, token: String) async {
        let authentication = HTTPAuthentication.token(scheme: scheme, Secret(token))
        let error = await client.failure(of: HTTPRequest(url: server.url("echo"), authentication: authentication))
        #expect(error == .invalidRequest(.header))
        #expect(error.map { "\($0)".contains("nter2") } == false)
    }

    @Test("uses the connection of the one before")
    func reuse() async throws {
        let first = try await Echo(client.send(HTTPRequest(url: server.url("echo"))))
        let second = try await Echo(client.send(HTTPRequest(url: server.url("echo"))))
        #expect(second.connection == first.connection)
        #expect(second.request == 2)
    }

    @Test("that closes its connection leaves none for the next")
    func closes() async throws {
        let first = try await Echo(client.send(HTTPRequest(url: server.url("echo"), closesConnection: true)))
        let second = try await Echo(client.send(HTTPRequest(url: server.url("echo"))))
        #expect(second.connection != first.connection)
    }

    @Test("goes over a Unix socket, whatever its host")
    func unixSocket() async throws {
        let request = HTTPRequest(url: "http://freebusyd.example/echo", unixSocket: server.socketPath)
        let echo = try await Echo(client.send(request))
        #expect(echo.values(of: "Host") == ["freebusyd.example"])
    }

    @Test(
        "goes over TLS to a host whose certificate is signed by the given authority",
        arguments: ["127.0.0.1", "localhost"]
    )
    func secure(_ host: String) async throws {
        let url = server.secureURL("echo", host: host)
        let response = try await client.send(HTTPRequest(url: url, trust: TrustOptions(caFile: server.caFile)))
        #expect(response.status == 200)
    }

    @Test(
        "that can not be sent is refused before a connection is made",
        arguments: [
            (HTTPRequest(url: ""), HTTPError.invalidURL),
            (HTTPRequest(url: "mail.example.com"), .invalidURL),
            (HTTPRequest(url: "https://"), .invalidURL),
            (HTTPRequest(url: "https://mail example com/"), .invalidURL),
            (HTTPRequest(url: "https://mail.example.com/\0"), .invalidURL),
            (HTTPRequest(url: "https://anna:hunter2@mail.example.com/"), .invalidURL),
            (HTTPRequest(url: "file:///etc/passwd"), .invalidURL),
            (HTTPRequest(url: "ftp://127.0.0.1/"), .invalidURL),
            (HTTPRequest(url: "http://mail.example.com/"), .plainHTTPRefused(host: "mail.example.com")),
            (HTTPRequest(url: "http://192.0.2.7/"), .plainHTTPRefused(host: "192.0.2.7")),
            (HTTPRequest(url: "http://127.0.0.1.example.com/"), .plainHTTPRefused(host: "127.0.0.1.example.com")),
            (HTTPRequest(url: "http://localhost.example.com/"), .plainHTTPRefused(host: "localhost.example.com")),
            (HTTPRequest(url: "http://[2001:db8::1]/"), .plainHTTPRefused(host: "2001:db8::1")),
            (HTTPRequest(method: "GET /x HTTP/1.1\r\nA:", url: "http://127.0.0.1:9/"), .invalidRequest(.method)),
            (HTTPRequest(method: "", url: "http://127.0.0.1:9/"), .invalidRequest(.method)),
            (HTTPRequest(url: "http://127.0.0.1:9/", headers: ["A": "b\r\nC: d"]), .invalidRequest(.header)),
            (HTTPRequest(url: "http://127.0.0.1:9/", headers: ["A b": "c"]), .invalidRequest(.header)),
            (HTTPRequest(url: "http://127.0.0.1:9/", headers: ["": "c"]), .invalidRequest(.header)),
            (
                HTTPRequest(url: "http://127.0.0.1:9/", authentication: .basic(user: "a:b", password: Secret(""))),
                .invalidRequest(.user)
            ),
            (
                HTTPRequest(url: "http://127.0.0.1:9/", authentication: .basic(user: "a", password: Secret("b\0"))),
                .invalidRequest(.password)
            ),
            (
                HTTPRequest(url: "http://a/", unixSocket: String(repeating: "x", count: 108)),
                .invalidRequest(.unixSocket)
            ),
            (HTTPRequest(url: "http://a/", unixSocket: ""), .invalidRequest(.unixSocket)),
        ]
    )
    func refused(_ request: HTTPRequest, with error: HTTPError) async {
        #expect(await client.failure(of: request) == error)
    }

    @Test(
        "without TLS may go to this machine under each of its names",
        arguments: ["127.0.0.1", "127.9.8.7", "127.1", "localhost", "LOCALHOST", "[::1]", "[0:0::0:1]"]
    )
    func loopback(_ host: String) async {
        // Port 9, discard: nobody listens, so it gets as far as trying.
        let error = await client.failure(of: HTTPRequest(url: "http://\(host):9/"))
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
