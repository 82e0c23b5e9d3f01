import Availability
import Exchange
import HTTPTransport
import Testing

@Suite("Login and versions")
struct LoginTests {
    private static let refused = ScriptedHTTP.Answer.status(401, ["WWW-Authenticate": "Basic realm=\"x\""])
    private static let good = ScriptedHTTP.Answer.soap(Documents.availability(Documents.mailbox("FreeBusy")))

    @Test("a refused password is sent once, and again only when an administrator wants it")
    func refusedOnce() async throws {
        let http = ScriptedHTTP(Self.refused, Self.good)
        let connector = try Given.connector(http)
        let first = await connector.failure()
        #expect(first?.diagnosis.id == "auth.unauthorized")
        #expect(await connector.failure() == first)
        #expect(await connector.failure()?.retry == .never)
        #expect(http.requests.count == 1)
        await connector.allowAnotherAttempt()
        #expect(await connector.failure() == nil)
        #expect(http.requests.count == 2)
    }

    @Test("requests that come together send a wrong password once together")
    func refusedTogether() async throws {
        let gate = Gate()
        let http = ScriptedHTTP(Self.refused) { await gate.wait() }
        let connector = try Given.connector(http)
        let failures = await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { await connector.failure()?.diagnosis.id } }
            for _ in 0..<200 { await Task.yield() }
            gate.open()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures == Array(repeating: "auth.unauthorized", count: 8))
        #expect(http.requests.count == 1)
    }

    @Test("when the first attempt ends without an answer, the next in line tries")
    func undecided() async throws {
        let gate = Gate()
        let http = ScriptedHTTP(.failure(.connectionClosed), Self.good) { await gate.wait() }
        let connector = try Given.connector(http)
        let failures = await withTaskGroup { group in
            for _ in 0..<5 { group.addTask { await connector.failure()?.diagnosis.id } }
            for _ in 0..<200 { await Task.yield() }
            gate.open()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures.filter { $0 == nil }.count == 4)
        #expect(failures.contains("server.no-answer"))
        #expect(http.requests.count == 5)
    }

    @Test("a password that was accepted and is refused later is given up as well")
    func refusedLater() async throws {
        let http = ScriptedHTTP(Self.good, Self.refused)
        let connector = try Given.connector(http)
        #expect(await connector.failure() == nil)
        #expect(await connector.failure()?.diagnosis.id == "auth.unauthorized")
        #expect(await connector.failure()?.diagnosis.id == "auth.unauthorized")
        #expect(http.requests.count == 2)
    }

    @Test("a server that wants another scheme is asked again")
    func otherScheme() async throws {
        let http = ScriptedHTTP(.status(401, ["WWW-Authenticate": "NTLM"]), Self.good)
        let connector = try Given.connector(http)
        #expect(await connector.failure()?.diagnosis.id == "auth.scheme-not-offered")
        #expect(await connector.failure() == nil)
    }

    @Test("an older server is spoken to in its own version at once, and from then on")
    func stepDown() async throws {
        let http = ScriptedHTTP(.fault("ErrorInvalidServerVersion"), .fault("ErrorInvalidServerVersion"), Self.good)
        let connector = try Given.connector(http)
        #expect(await connector.failure() == nil)
        #expect(await connector.failure() == nil)
        let versions = http.bodies.map { body in
            body.split(separator: "Version=\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
        }
        #expect(versions == ["Exchange2013", "Exchange2010_SP2", "Exchange2010_SP1", "Exchange2010_SP1"])
    }

    @Test("a server that knows no version at all is not supported")
    func unsupported() async throws {
        let http = ScriptedHTTP(.fault("ErrorInvalidServerVersion"))
        let failure = try await Given.connector(http).failure()
        #expect(failure?.diagnosis.id == "server.unsupported")
        #expect(http.requests.count == 5)
    }

    @Test("the server is known by its last answer, also where that is a fault")
    func server() async throws {
        let http = ScriptedHTTP(.fault("ErrorServerBusy"))
        let connector = try Given.connector(http)
        let url = "https://mail.example.com/EWS/Exchange.asmx"
        #expect(await connector.server() == SourceServer(url: url))
        _ = await connector.failure()
        let expected = SourceServer(url: url, version: "15.02.1544.0004", product: "Exchange Server 2019")
        #expect(await connector.server() == expected)
        #expect(connector.batchLimit == 100)
    }

    @Test("the password shows nowhere")
    func secret() async throws {
        let options = try Given.options()
        var dumped = ""
        dump(options, to: &dumped)
        #expect(dumped.contains("service@example.com"))
        #expect(!dumped.contains("correct horse"))
        let failure = try await Given.connector(ScriptedHTTP(Self.refused)).failure()
        #expect(!"\(String(describing: failure))".contains("correct horse"))
    }
}
