import Foundation
import HTTPTransport
import Synchronization
import Testing

@Suite("A login by NTLM")
struct NTLMTests {
    let server: MisbehavingServer
    let client = HTTPClient()

    init() throws {
        server = try MisbehavingServer.shared.get()
    }

    /// What the server's `/ntlm` saw.
    private struct Report: Decodable, Equatable {
        var connection: Int
        /// The number of the request on it.
        var request: Int
        /// Kinds of the messages that came over this connection.
        var messages: [Int]
        /// Domain and user.
        var account: [String]?
        /// Bytes of the request's body.
        var body: Int

        init(_ bytes: [UInt8]) throws {
            self = try JSONDecoder().decode(Report.self, from: Data(bytes))
        }
    }

    private func request(
        _ user: String? = "EXAMPLE\\anna",
        query: String = "",
        method: String = "POST",
        body: Int = 100_000
    ) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: server.url("ntlm?\(query)"),
            body: [UInt8](repeating: 0x61, count: method == "GET" ? 0 : body),
            authentication: user.map { .ntlm(user: $0, password: Secret("hunter2")) } ?? .none
        )
    }

    @Test("takes three messages over one connection, and only then the body", arguments: ["POST", "GET"])
    func handshake(_ method: String) async throws {
        let response = try await client.send(request(method: method))
        #expect(response.status == 200)
        #expect(response.headers["WWW-Authenticate"] == nil)
        let report = try Report(response.body)
        #expect(report.messages == [1, 3])
        #expect(report.request == 2)
        #expect(report.body == (method == "GET" ? 0 : 100_000))
        #expect(report.account == ["EXAMPLE", "anna"])
    }

    @Test("lasts as long as the connection")
    func kept() async throws {
        let first = try Report(await client.send(request()).body)
        let second = try Report(await client.send(request(body: 5)).body)
        #expect(second.connection == first.connection)
        #expect(second.messages == [1, 3])
        #expect(second.request == 3)
        #expect(second.body == 5)
    }

    @Test("never serves another account, another password, another scheme or nobody")
    func otherAccounts() async throws {
        let first = try Report(await client.send(request()).body)
        let other = try Report(await client.send(request("EXAMPLE\\berta")).body)
        #expect(other.connection != first.connection)
        #expect(other.account == ["EXAMPLE", "berta"])
        var password = request()
        password.authentication = .ntlm(user: "EXAMPLE\\anna", password: Secret("hunter3"))
        let changed = try Report(await client.send(password).body)
        #expect(![first.connection, other.connection].contains(changed.connection))
        #expect(changed.messages == [1, 3])
        let secret = Secret("hunter2")
        let others: [HTTPAuthentication] = [
            .none, .basic(user: "EXAMPLE\\anna", password: secret), .token(scheme: "Bearer", secret),
        ]
        for authentication in others {
            var request = request()
            request.authentication = authentication
            let response = try await client.send(request)
            #expect(response.status == 401)
            let report = try Report(response.body)
            #expect(![first.connection, other.connection, changed.connection].contains(report.connection))
            #expect(report.account == nil)
        }
        // And all this time the first one was kept for its own.
        let again = try Report(await client.send(request()).body)
        #expect(again.connection == first.connection)
        #expect(again.messages == [1, 3])
    }

    @Test("is begun again where a kept connection has lost it, with the whole body")
    func lost() async throws {
        let first = try Report(await client.send(request()).body)
        let response = try await client.send(request(query: "lose=yes"))
        #expect(response.status == 200)
        let report = try Report(response.body)
        #expect(report.connection == first.connection)
        #expect(report.messages == [1, 3, 1, 3])
        #expect(report.body == 100_000)
    }

    @Test("that is refused is an answer like any other, and is not tried again", arguments: ["", "bare=yes"])
    func refused(_ query: String) async throws {
        let response = try await client.send(request("locked", query: query))
        #expect(response.status == 401)
        #expect(response.headers.values(of: "WWW-Authenticate") == ["NTLM", "Negotiate"])
        guard query.isEmpty else {
            #expect(response.body.isEmpty)
            return
        }
        let report = try Report(response.body)
        #expect(report.messages == [1, 3])
        #expect(report.request == 2)
    }

    @Test(
        "asks about the connection only once, for the answer that counts",
        arguments: [("anna", 200), ("locked", 401)]
    )
    func condition(_ user: String, status: Int) async throws {
        let asked = Mutex<[Int]>([])
        var request = request(user)
        request.closesConnectionIf = { status, _ in
            asked.withLock { $0.append(status) }
            return true
        }
        let first = try Report(await client.send(request).body)
        #expect(asked.withLock(\.self) == [status])
        let second = try Report(await client.send(self.request(user)).body)
        #expect(second.connection != first.connection)
    }

    @Test("can be made for one request alone")
    func closed() async throws {
        var alone = request()
        alone.closesConnection = true
        let first = try Report(await client.send(alone).body)
        #expect(first.messages == [1, 3])
        #expect(try Report(await client.send(request()).body).connection != first.connection)
    }

    @Test("opens streams too", arguments: ["chunks=yes", ""])
    func stream(_ query: String) async throws {
        let stream = try await client.stream(request(query: query))
        #expect(stream.status == 200)
        #expect(stream.headers["WWW-Authenticate"] == nil)
        let report = try Report(await stream.collect(upTo: 10_000))
        #expect(report.messages == [1, 3])
        #expect(report.body == 100_000)
    }

    @Test("gives a stream without a body its header all the same", arguments: [("anna", 204), ("locked", 401)])
    func bareStream(_ user: String, status: Int) async throws {
        let stream = try await client.stream(request(user, query: "bare=yes"))
        #expect(stream.status == status)
        #expect(try await stream.collect(upTo: 10_000).isEmpty)
    }

    @Test("is left out by a server that lets everybody in, which gets the whole body then")
    func notAsked() async throws {
        var request = request()
        request.url = server.url("echo")
        let response = try await client.send(request)
        let echo = try Echo(response)
        #expect(echo.body.utf8.count == 100_000)
        #expect(echo.request == 2)
        let stream = try await client.stream(request)
        #expect(stream.status == 200)
    }

    @Test("that the server does not know is refused with what it knows instead")
    func unknown() async throws {
        var request = request()
        request.url = server.url("status?code=401")
        let response = try await client.send(request)
        #expect(response.status == 401)
        #expect(response.body.text == "as asked")
    }

    @Test(
        "takes the user with a domain before or behind the name, and letters of Western Europe",
        arguments: [
            ("EXAMPLE\\anna", ["EXAMPLE", "anna"]), ("anna@example.com", ["", "anna@example.com"]),
            ("anna", ["", "anna"]),
            ("EXAMPLE\\jürgen", ["EXAMPLE", "jÜrgen"]), ("EXAMPLE\\ju\u{308}rgen", ["EXAMPLE", "jÜrgen"]),
        ]
    )
    func users(_ user: String, account: [String]) async throws {
        let response = try await client.send(request(user))
        #expect(try Report(response.body).account == account)
    }

    @Test("refuses to send what libcurl would send as something else")
    func unsendable() async {
        #expect(await client.failure(of: request("EXAMPLE\\łucja")) == .invalidRequest(.user))
        var password = request()
        password.authentication = .ntlm(user: "anna", password: Secret("10€"))
        #expect(await client.failure(of: password) == .invalidRequest(.password))
    }
}
