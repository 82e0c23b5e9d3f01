import Availability
import Exchange
import HTTPTransport
import Logging
import Synchronization
import TestSupport
import Testing

/// A connector whose server is found.
private struct Bench {
    static let json = "autodiscover/autodiscover.json/v1.0/service@example.com?Protocol=Ews"
    static let question = "GET https://autodiscover.example.com/\(json)"
    static let first = "https://mail.example.com/EWS/Exchange.asmx"
    static let second = "https://new.example.com/EWS/Exchange.asmx"
    static let free = Result<HTTPResponse, HTTPError>.soap(Documents.availability(Documents.mailbox("FreeBusy")))

    let http: RoutedHTTP
    let clock = ManualScheduler(now: Given.now)
    let log = LineLog()
    let place: FoundPlace
    let connector: EWSConnector

    init(
        _ answers: [String: Result<HTTPResponse, HTTPError>],
        beforeAnswer: @escaping @Sendable (HTTPRequest) async -> Void = { _ in }
    ) throws {
        http = RoutedHTTP(answers, beforeAnswer: beforeAnswer)
        let login = PasswordLogin(user: "service@example.com", password: Secret("correct horse"))
        let address = try #require(MailboxAddress("service@example.com"))
        let autodiscover = Autodiscover(
            Autodiscover.Options(address: address, trust: TrustOptions()),
            login: login,
            http: http,
            names: ScriptedNames(),
            clock: clock
        )
        place = FoundPlace(autodiscover, clock: clock, logger: log.logger)
        connector = EWSConnector(
            EWSConnectorOptions(name: "head-office", place: place, login: login),
            http: http,
            logger: log.logger,
            clock: clock
        )
    }

    /// How often it was searched for.
    var searches: Int { http.requests.filter { $0.url == String(Self.question.dropFirst(4)) }.count }
}

@Suite("A server that is found")
struct FoundPlaceTests {
    @Test("it is searched for once, with the first request; then it is known, and the log has told it")
    func once() async throws {
        let bench = try Bench([Bench.question: .json(Bench.first), "POST \(Bench.first)": Bench.free])
        #expect(await bench.connector.server().url == nil)
        #expect(bench.http.requests.isEmpty)
        for _ in 0..<3 { #expect(await bench.connector.failure() == nil) }
        #expect(bench.searches == 1)
        #expect(await bench.connector.server().url == Bench.first)
        #expect(bench.log.lines.filter { $0.hasPrefix("EWS URL: ") } == ["EWS URL: \(Bench.first)"])
    }

    @Test("who comes while it is searched for waits for the same search")
    func together() async throws {
        let bench = try Bench([Bench.question: .json(Bench.first)]) { _ in for _ in 0..<50 { await Task.yield() } }
        let place = bench.place
        let urls = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { try? await place.endpoint().url } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(urls == Array(repeating: Bench.first, count: 8))
        #expect(bench.searches == 1)
    }

    static let signs: [(String, Result<HTTPResponse, HTTPError>)] = [
        ("no such host", .failure(.hostNotFound(host: "mail.example.com"))),
        ("nobody there", .failure(.unreachable(host: "mail.example.com", errno: 111))),
        ("somebody else's certificate", .failure(.tls(.nameMismatch(names: ["x"]), host: "mail.example.com"))),
        ("a page", .status(200, ["Content-Type": "text/html"], body: "<html><title>Portal</title></html>")),
        ("nothing at this path", .status(404)),
    ]

    @Test("a failure that says it may be elsewhere has the next request search anew", arguments: signs)
    func moved(_ what: String, answer: Result<HTTPResponse, HTTPError>) async throws {
        let bench = try Bench([
            Bench.question: .json(Bench.first), "POST \(Bench.first)": Bench.free, "POST \(Bench.second)": Bench.free,
        ])
        _ = await bench.connector.failure()
        await bench.clock.advance(by: 3_600)
        bench.http.change("POST \(Bench.first)", to: answer)
        bench.http.change(Bench.question, to: .json(Bench.second))
        #expect(await bench.connector.failure() != nil)
        #expect(bench.searches == 1)
        #expect(await bench.connector.failure() == nil)
        #expect(bench.searches == 2)
        #expect(bench.log.lines.filter { $0.hasPrefix("EWS URL: ") }.last == "EWS URL: \(Bench.second)")
    }

    static let others: [(String, Result<HTTPResponse, HTTPError>)] = [
        ("slow", .failure(.firstByteTimeout(seconds: 60))), ("busy", .status(503)),
        ("closed", .failure(.connectionClosed)),
        ("forbidden", .status(403)), ("a fault", .fault("ErrorServerBusy")),
    ]

    @Test("a server that is merely in trouble is not searched for", arguments: others)
    func trouble(_ what: String, answer: Result<HTTPResponse, HTTPError>) async throws {
        let bench = try Bench([Bench.question: .json(Bench.first), "POST \(Bench.first)": answer])
        for _ in 0..<3 {
            _ = await bench.connector.failure()
            await bench.clock.advance(by: 7_200)
        }
        #expect(bench.searches == 1)
    }

    @Test("a server that stays away is searched for at growing distances, and kept where nothing else is found")
    func distances() async throws {
        let bench = try Bench([
            Bench.question: .json(Bench.first), "POST \(Bench.first)": .failure(.unreachable(host: "m", errno: 111)),
        ])
        var searchTimes: [Int] = []
        for minute in 0..<240 {
            let before = bench.searches
            if minute == 100 { bench.http.change(Bench.question, to: .status(404)) }
            #expect(await bench.connector.failure()?.diagnosis.id == "tcp.unreachable")
            if bench.searches > before { searchTimes.append(minute) }
            await bench.clock.advance(by: 60)
        }
        // After one minute, then twice as many each, up to an hour.
        #expect(searchTimes == [0, 1, 3, 7, 15, 31, 63, 123, 183])
        #expect(await bench.connector.server().url == Bench.first)
    }

    @Test("a password that is refused while searching is shown to nobody any more, not to EWS either")
    func refused() async throws {
        let host = "https://autodiscover.example.com/autodiscover/autodiscover"
        let bench = try Bench(["GET \(host).xml": .unauthorized, "POST \(host).svc": .unauthorized])
        for _ in 0..<3 { #expect(await bench.connector.failure()?.diagnosis.id == "auth.unauthorized") }
        #expect(bench.http.logins == ["POST \(host).svc"])
        bench.http.change("POST \(host).svc", to: .settings(["ExternalEwsUrl": Bench.first]))
        bench.http.change("POST \(Bench.first)", to: Bench.free)
        await bench.connector.allowAnotherAttempt()
        #expect(await bench.connector.failure() == nil)
    }

    @Test("what is not found is told as it is, and searched for again")
    func missing() async throws {
        let bench = try Bench([:])
        #expect(await bench.connector.failure()?.diagnosis.id == "autodiscover.failed")
        #expect(await bench.connector.failure()?.retry == .later)
        #expect(bench.searches == 2)
    }
}

@Suite("Who is looked after together")
struct GroupingTests {
    private static let service = "https://autodiscover.example.com/autodiscover/autodiscover"
    private let mailboxes = Given.mailboxes("anna", "ben", "cleo", "dora", "emil")

    private func bench(_ users: [String]) throws -> Bench {
        try Bench([
            "GET \(Self.service).xml": .unauthorized,
            "POST \(Self.service).svc": .settings(["ExternalEwsUrl": Bench.first]), "POST \(Bench.first)": Bench.free,
        ])
    }

    @Test("those with the same URL and the same information; who is not told of is left out")
    func groups() async throws {
        let bench = try bench([])
        #expect(await bench.connector.failure() == nil)
        func user(_ url: String?, _ information: String?) -> String {
            var settings: [String: String] = [:]
            settings["ExternalEwsUrl"] = url
            settings["GroupingInformation"] = information
            return Result.user(settings)
        }
        let users = [
            user(Bench.first, "A"), user(Bench.first, "B"), user(Bench.first, "A"), user(Bench.second, "A"),
            Result.user(code: "InvalidUser"),
        ]
        bench.http.change("POST \(Self.service).svc", to: .users(users))
        let groupings = await bench.connector.groupings(of: mailboxes)
        #expect(Set(groupings.keys) == Set(mailboxes.prefix(4)))
        #expect(groupings[mailboxes[0]] == groupings[mailboxes[2]])
        #expect(Set(groupings.values).count == 3)
        let elsewhere = bench.log.lines.filter { $0.contains("names another server than mail.example.com") }
        #expect(elsewhere.count == 1 && elsewhere.allSatisfy { $0.contains("dora@example.com") })
    }

    @Test("ninety are asked about at once")
    func portions() async throws {
        let bench = try bench([])
        #expect(await bench.connector.failure() == nil)
        let many = try (0..<200).map { try #require(MailboxAddress("user\($0)@example.com")) }
        let before = bench.http.requests.count
        // The answer is about ninety; for the last twenty it is none that can be used.
        let users = Array(repeating: Result.user(["GroupingInformation": "A"]), count: 90)
        bench.http.change("POST \(Self.service).svc", to: .users(users))
        #expect(await bench.connector.groupings(of: many).isEmpty)
        let bodies = bench.http.requests.dropFirst(before).map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies.map { $0.split(separator: "<a:Mailbox>").count - 1 } == [90, 90, 20])
        #expect(await bench.connector.groupings(of: Array(many.prefix(180))).count == 180)
    }

    @Test("a login that EWS takes and Autodiscover does not is not shown to that again, and goes on for EWS")
    func refused() async throws {
        let bench = try Bench([Bench.question: .json(Bench.first), "POST \(Bench.first)": Bench.free])
        #expect(await bench.connector.failure() == nil)
        bench.http.change("POST \(Self.service).svc", to: .unauthorized)
        for _ in 0..<3 { #expect(await bench.connector.groupings(of: mailboxes).isEmpty) }
        #expect(bench.http.logins.filter { $0 == "POST \(Self.service).svc" }.count == 1)
        #expect(await bench.connector.failure() == nil)
    }

    @Test("a login that Autodiscover is the first to refuse is not shown to EWS either")
    func firstRefused() async throws {
        let bench = try Bench([
            Bench.question: .json(Bench.first), "POST \(Bench.first)": Bench.free,
            "POST \(Self.service).svc": .unauthorized,
        ])
        #expect(await bench.connector.groupings(of: mailboxes).isEmpty)
        #expect(await bench.connector.failure()?.diagnosis.id == "auth.unauthorized")
        #expect(bench.http.logins == ["POST \(Self.service).svc"])
    }

    @Test("nobody is asked about a server that was named")
    func named() async throws {
        let http = ScriptedHTTP(.status(404))
        #expect(try await Given.connector(http).groupings(of: mailboxes).isEmpty)
        #expect(http.requests.isEmpty)
    }
}

/// Keeps the lines of a log.
private final class LineLog: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: LineLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.kept.withLock { $0.append("\(event.message)") } }
    }
}
