import Availability
import Exchange
import HTTPTransport
import Kerberos
import TestSupport
import Testing

@Suite("The login that is chosen by itself")
struct AutomaticLoginTests {
    private static let good = ScriptedHTTP.Answer.soap(Documents.availability(Documents.mailbox("FreeBusy")))

    private static func offer(_ names: String) -> ScriptedHTTP.Answer { .status(401, ["WWW-Authenticate": names]) }

    private static func connector(
        _ http: ScriptedHTTP,
        tokens: ScriptedTokens? = nil,
        password: String? = "correct horse",
        url: String = "https://mail.example.com/EWS/Exchange.asmx",
        log: LogLines = LogLines()
    ) throws -> EWSConnector {
        var options = try Given.options(url: url)
        options.login = AutomaticLogin(
            user: "service@example.com",
            password: password.map { Secret($0) },
            tokens: tokens,
            http: http,
            clock: ManualScheduler(now: Given.now),
            logger: log.logger
        )
        return Given.connector(http, options)
    }

    /// What the requests proved themselves with: `-` where with nothing.
    private func proofs(_ http: ScriptedHTTP) -> [String] {
        http.requests.map { request in
            switch request.authentication {
            case .none: "-"
            case .basic(let user, let password): "Basic \(user) \(password.reveal())"
            case .ntlm(let user, let password): "NTLM \(user) \(password.reveal())"
            case .token(let scheme, let token): "\(scheme) \(token.reveal())"
            }
        }
    }

    private let basic = "Basic service@example.com correct horse"
    private let ntlm = "NTLM service@example.com correct horse"

    @Test("the server is asked once, without proof or content, and the strongest is used from then on")
    func asksOnce() async throws {
        let http = ScriptedHTTP(Self.offer("NTLM, Basic"), Self.good)
        let log = LogLines()
        let connector = try Self.connector(http, log: log)
        #expect(await connector.failure() == nil)
        #expect(await connector.failure() == nil)
        #expect(proofs(http) == ["-", ntlm, ntlm])
        #expect(http.requests.first?.body == [])
        #expect(http.requests.first?.url == http.requests.last?.url)
        #expect(log.events == ["login-scheme"])
    }

    @Test("with a ticket each request has a token of its own, for the name of the server")
    func tokens() async throws {
        let http = ScriptedHTTP(Self.offer("Negotiate, NTLM, Basic"), Self.good)
        let tokens = ScriptedTokens()
        let connector = try Self.connector(http, tokens: tokens)
        #expect(await connector.failure() == nil)
        #expect(await connector.failure() == nil)
        #expect(proofs(http) == ["-", "Negotiate 1", "Negotiate 2"])
        #expect(tokens.hosts == ["mail.example.com", "mail.example.com"])
    }

    @Test("where no ticket is to be had, NTLM takes its place, which is told once, and why")
    func noTicket() async throws {
        let http = ScriptedHTTP(Self.offer("Negotiate, NTLM, Basic"), Self.good)
        let log = LogLines()
        let tokens = ScriptedTokens(KerberosError(.unreachable, minor: -1_765_328_228, text: "Cannot contact any KDC"))
        let connector = try Self.connector(http, tokens: tokens, log: log)
        #expect(await connector.failure() == nil)
        #expect(await connector.failure() == nil)
        #expect(proofs(http) == ["-", ntlm, ntlm])
        #expect(tokens.hosts.count == 1)
        #expect(log.events == ["login-scheme", "login-fallback"])
        let line = try #require(log.lines.last)
        for part in ["Negotiate", "NTLM is used", "No Kerberos server", "Cannot contact any KDC"] {
            #expect(line.contains(part))
        }
    }

    @Test("a refused ticket leaves its place to NTLM at once, since no password was sent")
    func refusedTicket() async throws {
        let offer = Self.offer("Negotiate, NTLM, Basic")
        let http = ScriptedHTTP(offer, offer, Self.good)
        let log = LogLines()
        let tokens = ScriptedTokens()
        let connector = try Self.connector(http, tokens: tokens, log: log)
        #expect(await connector.failure() == nil)
        #expect(proofs(http) == ["-", "Negotiate 1", ntlm])
        #expect(tokens.discards == 1)
        #expect(log.events == ["login-scheme", "login-fallback"])
    }

    @Test(
        "a refused password is sent in no other scheme, and not again",
        arguments: [("Negotiate, NTLM, Basic", "NTLM"), ("Basic", "Basic"), ("", "Basic")]
    )
    func refusedPassword(offer: String, scheme: String) async throws {
        let http = ScriptedHTTP(Self.offer(offer))
        let connector = try Self.connector(http)
        for _ in 0..<3 {
            let failure = await connector.failure()
            #expect(failure?.diagnosis.id == "auth.unauthorized")
            #expect(failure?.retry == .never)
        }
        #expect(proofs(http) == ["-", "\(scheme) service@example.com correct horse"])
        await connector.allowAnotherAttempt()
        _ = await connector.failure()
        #expect(proofs(http).count == 4, "an administrator has it tried once more, after another question")
    }

    @Test("a ticket and a password that are both refused are each sent once")
    func bothRefused() async throws {
        let http = ScriptedHTTP(Self.offer("Negotiate, NTLM, Basic"))
        let connector = try Self.connector(http, tokens: ScriptedTokens())
        #expect(await connector.failure()?.retry == .never)
        #expect(await connector.failure()?.retry == .never)
        #expect(proofs(http) == ["-", "Negotiate 1", ntlm])
    }

    @Test("without a password a refused ticket is tried again later, with new tickets")
    func ticketAlone() async throws {
        let http = ScriptedHTTP(Self.offer("Negotiate, NTLM"))
        let tokens = ScriptedTokens()
        let connector = try Self.connector(http, tokens: tokens, password: nil)
        let failure = await connector.failure()
        #expect(failure?.diagnosis.id == "auth.unauthorized")
        #expect(failure?.retry == .later)
        _ = await connector.failure()
        #expect(proofs(http).filter { $0 != "-" } == ["Negotiate 1", "Negotiate 2"])
        #expect(tokens.discards == 2)
    }

    @Test("keys that the Kerberos server refused are not shown to it again, with or without a password beside them")
    func refusedKeys() async throws {
        let tokens = ScriptedTokens(KerberosError(.keyRefused, minor: -1_765_328_360))
        let http = ScriptedHTTP(Self.offer("Negotiate, NTLM"))
        let connector = try Self.connector(http, tokens: tokens, password: nil)
        for _ in 0..<3 {
            let failure = await connector.failure()
            #expect(failure?.diagnosis.id == "auth.unauthorized")
            #expect(failure?.retry == .never)
        }
        #expect(tokens.hosts.count == 1)
        let other = ScriptedTokens(KerberosError(.keyRefused))
        let reached = ScriptedHTTP(Self.offer("Negotiate, NTLM"), Self.good)
        let withPassword = try Self.connector(reached, tokens: other)
        for _ in 0..<3 { #expect(await withPassword.failure() == nil) }
        #expect(other.hosts.count == 1)
    }

    @Test("a server that has gone over to another scheme is followed, without a password having been refused")
    func changedOffer() async throws {
        let http = ScriptedHTTP(Self.offer("NTLM"), Self.good, Self.offer("Basic realm=\"x\""), Self.good)
        let connector = try Self.connector(http)
        #expect(await connector.failure() == nil)
        #expect(await connector.failure() == nil)
        #expect(proofs(http) == ["-", ntlm, ntlm, basic])
    }

    @Test(
        "a server that offers nothing usable gets no proof, and is asked again later",
        arguments: [
            ("Negotiate", "auth.scheme-not-offered"), ("Digest realm=\"x\"", "auth.scheme-not-offered"),
            ("Bearer", "auth.mfa-required"),
        ]
    )
    func nothingUsable(offer: String, id: String) async throws {
        let http = ScriptedHTTP(Self.offer(offer), Self.offer(offer), Self.offer("Basic"), Self.good)
        let connector = try Self.connector(http)
        for _ in 0..<2 {
            let failure = await connector.failure()
            #expect(failure?.diagnosis.id == id)
            #expect(failure?.retry == .later)
            #expect(failure.map { flaws(in: $0.diagnosis) } == [])
        }
        #expect(await connector.failure() == nil)
        #expect(proofs(http) == ["-", "-", "-", basic])
    }

    @Test(
        "what does not look like EWS gets no proof",
        arguments: [
            (.status(302, ["Location": "/owa/"]), "http.not-ews"),
            (.status(200, ["Content-Type": "text/html"], body: "<html/>"), "http.not-ews"),
            (.status(403), "access.denied"), (.status(503), "server.busy"),
            (.failure(.connectTimeout(seconds: 15)), "tcp.unreachable"),
        ] as [(ScriptedHTTP.Answer, String)]
    )
    func notEWS(answer: ScriptedHTTP.Answer, id: String) async throws {
        let http = ScriptedHTTP(answer)
        #expect(try await Self.connector(http).failure()?.diagnosis.id == id)
        #expect(proofs(http) == ["-"])
    }

    @Test("an address is no name for Kerberos, so NTLM is used there")
    func address() async throws {
        let http = ScriptedHTTP(Self.offer("Negotiate, NTLM"), Self.good)
        let tokens = ScriptedTokens()
        let log = LogLines()
        let connector = try Self.connector(http, tokens: tokens, url: "https://192.0.2.7/EWS/Exchange.asmx", log: log)
        #expect(await connector.failure() == nil)
        #expect(proofs(http) == ["-", ntlm])
        #expect(tokens.hosts == [])
        #expect(log.lines.last?.contains("not the address 192.0.2.7") == true)
    }

    @Test("many requests at the start make one question, and send a wrong password once together")
    func together() async throws {
        let gate = Gate()
        let http = ScriptedHTTP(Self.offer("NTLM, Basic")) { await gate.wait() }
        let connector = try Self.connector(http)
        let failures = await withTaskGroup { group in
            for _ in 0..<50 { group.addTask { await connector.failure()?.diagnosis.id } }
            for _ in 0..<500 { await Task.yield() }
            gate.open()
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(failures == ["auth.unauthorized"])
        #expect(proofs(http) == ["-", ntlm])
    }

    @Test("whoever wants a proof while the server is being asked waits for the same answer")
    func oneQuestion() async throws {
        let gate = Gate()
        let http = ScriptedHTTP(Self.offer("NTLM")) { await gate.wait() }
        let password = Secret("correct horse")
        let login = AutomaticLogin(
            user: "u",
            password: password,
            tokens: nil,
            http: http,
            clock: ManualScheduler(now: Given.now),
            logger: LogLines().logger
        )
        let endpoint = try EWSEndpoint(url: "https://mail.example.com/EWS/Exchange.asmx")
        let proofs = await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { try? await login.proof(for: endpoint) } }
            for _ in 0..<500 { await Task.yield() }
            gate.open()
            return await group.reduce(into: Set<HTTPAuthentication?>()) { $0.insert($1) }
        }
        #expect(proofs == [.ntlm(user: "u", password: password)])
        #expect(http.requests.count == 1)
    }

    @Test("no secret and no token shows in the log")
    func silent() async throws {
        let offer = Self.offer("Negotiate, NTLM, Basic")
        let log = LogLines()
        let http = ScriptedHTTP(offer, offer, offer)
        _ = try await Self.connector(http, tokens: ScriptedTokens(), log: log).failure()
        #expect(!log.lines.isEmpty)
        #expect(!log.lines.contains { $0.contains("correct horse") })
        var dumped = ""
        dump(
            AutomaticLogin(
                user: "u",
                password: Secret("correct horse"),
                tokens: nil,
                http: http,
                clock: ManualScheduler(now: Given.now),
                logger: log.logger
            ),
            to: &dumped
        )
        #expect(!dumped.contains("correct horse"))
    }
}
