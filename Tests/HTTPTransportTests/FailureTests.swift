import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite("A failure")
struct FailureTests {
    let server: MisbehavingServer
    let client = HTTPClient()

    init() throws {
        server = try MisbehavingServer.shared.get()
    }

    @Test("of trust comes when the given authority is not the system's, and the other way round")
    func system() async {
        #expect(await isUntrusted(HTTPRequest(url: server.secureURL("echo"))))
    }

    @Test("of trust is not forgotten over a connection that somebody else trusted")
    func trustPerRequest() async throws {
        let url = server.secureURL("echo")
        _ = try await client.send(HTTPRequest(url: url, trust: TrustOptions(caFile: server.caFile)))
        #expect(await isUntrusted(HTTPRequest(url: url)))
    }

    private func isUntrusted(_ request: HTTPRequest) async -> Bool {
        if case .tls(.untrustedIssuer, host: "127.0.0.1") = await client.failure(of: request) { true } else { false }
    }

    @Test("of the authority file names the file")
    func authority() async throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write("no certificate in here", to: "empty.pem")
        for path in [folder.file("missing.pem"), empty] {
            let request = HTTPRequest(url: server.secureURL("echo"), trust: TrustOptions(caFile: path))
            #expect(await client.failure(of: request) == .tls(.caFileUnusable(path: path), host: "127.0.0.1"))
        }
    }

    @Test("to find the host names it")
    func hostNotFound() async {
        // A label of 64 bytes is one too long (RFC 1035, 2.3.4): no resolver needs to ask for it.
        let host = String(repeating: "x", count: 64) + ".example.com"
        #expect(await client.failure(of: HTTPRequest(url: "https://\(host)/")) == .hostNotFound(host: host))
    }

    @Test("to connect tells the system's reason")
    func unreachable() async throws {
        let refused = await client.failure(of: HTTPRequest(url: "https://127.0.0.1:9/"))
        #expect(refused == .unreachable(host: "127.0.0.1", errno: ECONNREFUSED))
        let folder = try TemporaryFolder()
        let missing = HTTPRequest(url: "http://localhost/", unixSocket: folder.file("missing"))
        #expect(await client.failure(of: missing) == .unreachable(host: "localhost", errno: ENOENT))
        let noSocket = try folder.write("", to: "file")
        let file = HTTPRequest(url: "http://localhost/", unixSocket: noSocket)
        #expect(await client.failure(of: file) == .unreachable(host: "localhost", errno: ECONNREFUSED))
    }

    @Test("to answer in time is told apart by what did not come")
    func timeouts() async {
        var firstByte = HTTPRequest(url: server.url("silence"))
        firstByte.limits.firstByte = 0.1
        #expect(await client.failure(of: firstByte) == .firstByteTimeout(seconds: 0.1))
        var stall = HTTPRequest(url: server.url("stall"))
        stall.limits.stall = 0.1
        #expect(await client.failure(of: stall) == .stalled(seconds: 0.1))
        var whole = HTTPRequest(url: server.url("stall"))
        whole.limits.whole = 0.1
        #expect(await client.failure(of: whole) == .wholeTimeout(seconds: 0.1))
    }

    @Test("to connect in time is told apart from a slow answer")
    func connectTimeout() async throws {
        // A server whose queue of connections is full: it was told to keep one, and accepts none.
        let deaf = try DeafServer()
        var request = HTTPRequest(url: "http://127.0.0.1:\(deaf.port)/")
        request.limits.connect = 0.1
        #expect(await client.failure(of: request) == .connectTimeout(seconds: 0.1))
    }

    @Test("a server that takes the connection and is silent in TLS was reached")
    func silentInTLS() async throws {
        let deaf = try DeafServer(isFull: false)
        var request = HTTPRequest(url: "https://127.0.0.1:\(deaf.port)/")
        request.limits.connect = 0.2
        #expect(await client.failure(of: request) == .tls(.silent(seconds: 0.2), host: "127.0.0.1"))
    }

    @Test("is not what a slow but steady answer is")
    func trickle() async throws {
        var request = HTTPRequest(url: server.url("trickle"))
        // The whole takes longer than each of these; no single pause does.
        request.limits.firstByte = 0.35
        request.limits.stall = 0.35
        #expect(try await client.send(request).body.count == 20)
    }

    @Test(
        "says in a sentence what was seen",
        arguments: [
            (
                HTTPError.tls(.nameMismatch(names: ["a.example.com", "192.0.2.1"]), host: "b.example.com"),
                "a.example.com, 192"
            ),
            (.tls(.nameMismatch(names: []), host: "b.example.com"), "b.example.com is for another name"),
            (.tls(.caFileUnusable(path: "/etc/ca.pem"), host: "b.example.com"), "/etc/ca.pem"),
            (.connectTimeout(seconds: 15), "within 15 s"),
            (.stalled(seconds: 0.5), "for 0.5 s"),
            (
                .unreachable(host: "b.example.com", errno: ECONNREFUSED),
                "b.example.com could be made: Connection refused."
            ),
            (.invalidRequest(.user), "user name"),
        ] as [(HTTPError, String)]
    )
    func sentences(_ error: HTTPError, part: String) {
        #expect("\(error)".contains(part))
        #expect("\(error)".hasSuffix("."))
    }
}
