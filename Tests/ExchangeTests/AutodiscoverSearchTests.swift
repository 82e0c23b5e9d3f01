import Availability
import Exchange
import HTTPTransport
import NameService
import Synchronization
import TestSupport
import Testing

/// A search, and what it is to find and to ask.
private struct Bench {
    static let json = "autodiscover/autodiscover.json/v1.0/service@example.com?Protocol=Ews"
    static let domain = "https://example.com/autodiscover/autodiscover"
    static let host = "https://autodiscover.example.com/autodiscover/autodiscover"
    static let plain = "GET http://autodiscover.example.com/autodiscover/autodiscover.xml"
    static let ews = "https://mail.example.com/EWS/Exchange.asmx"

    let http: RoutedHTTP
    var names = ScriptedNames()
    var domains: [String] = []
    var hosts: [String] = []

    init(_ answers: [String: Result<HTTPResponse, HTTPError>]) {
        http = RoutedHTTP(answers)
    }

    func search() async throws -> (
        url: String?, diagnosis: Diagnosis?, retry: RetryAdvice?, findings: [AutodiscoverFinding]
    ) {
        let address = try #require(MailboxAddress("service@example.com"))
        let autodiscover = Autodiscover(
            Autodiscover.Options(address: address, domains: domains, hosts: hosts, trust: TrustOptions()),
            login: PasswordLogin(user: "service@example.com", password: Secret("correct horse")),
            http: http,
            names: names,
            clock: ManualScheduler(now: Given.now),
            random: { $0.lowerBound }
        )
        let findings = Mutex<[AutodiscoverFinding]>([])
        let result = await autodiscover.search { finding in findings.withLock { $0.append(finding) } }
        let told = findings.withLock { $0 }
        switch result {
        case .success(let found): return (found.endpoint.url, nil, nil, told)
        case .failure(let failure): return (nil, failure.diagnosis, failure.retry, told)
        }
    }
}

@Suite("Finding EWS by Autodiscover")
struct AutodiscoverSearchTests {
    @Test("the service in JSON tells without a login")
    func json() async throws {
        let bench = Bench(["GET https://autodiscover.example.com/\(Bench.json)": .json(Bench.ews)])
        #expect(try await bench.search().url == Bench.ews)
        #expect(bench.http.logins.isEmpty)
    }

    @Test("SOAP at the mail domain goes before its host autodiscover; the URL for outside goes before the other")
    func soap() async throws {
        let bench = Bench([
            "GET \(Bench.domain).xml": .unauthorized, "GET \(Bench.host).xml": .unauthorized,
            "POST \(Bench.domain).svc": .settings([
                "InternalEwsUrl": "https://inside.example.com/EWS/Exchange.asmx", "ExternalEwsUrl": Bench.ews,
            ]),
        ])
        #expect(try await bench.search().url == Bench.ews)
        #expect(bench.http.logins == ["POST \(Bench.domain).svc"])
    }

    @Test("where SOAP is missing, POX is asked")
    func pox() async throws {
        let bench = Bench([
            "GET \(Bench.host).xml": .unauthorized, "POST \(Bench.host).svc": .status(404),
            "POST \(Bench.host).xml": .pox(ews: Bench.ews),
        ])
        #expect(try await bench.search().url == Bench.ews)
        #expect(bench.http.logins == ["POST \(Bench.host).svc", "POST \(Bench.host).xml"])
    }

    @Test("a redirect over plain http leads to a server of a listed domain; nothing of ours goes over plain http")
    func plainRedirect() async throws {
        let server = "https://exchange.example.net/autodiscover/autodiscover"
        var bench = Bench([
            Bench.plain: .redirect("\(server).xml"), "GET \(server).xml": .unauthorized,
            "POST \(server).svc": .settings(["ExternalEwsUrl": "https://exchange.example.net/EWS/Exchange.asmx"]),
        ])
        bench.domains = ["example.net"]
        #expect(try await bench.search().url == "https://exchange.example.net/EWS/Exchange.asmx")
        let plain = bench.http.requests.filter { $0.url.hasPrefix("http:") }
        #expect(plain.count == 1)
        #expect(plain.allSatisfy { $0.authentication == .none && $0.allowsPlainHTTP && $0.body.isEmpty })
        #expect(bench.http.requests.allSatisfy { $0.url.hasPrefix("https:") != $0.allowsPlainHTTP })
    }

    @Test("the DNS names servers, in the order of their priorities, with their ports")
    func services() async throws {
        let second = "https://second.example.com:8443/autodiscover/autodiscover"
        var bench = Bench([
            "GET \(second).xml": .unauthorized, "POST \(second).svc": .settings(["ExternalEwsUrl": Bench.ews]),
        ])
        bench.names.records["_autodiscover._tcp.example.com"] = [
            ServiceRecord(target: "second.example.com", port: 8_443, priority: 20, weight: 0),
            ServiceRecord(target: "first.example.com", port: 443, priority: 10, weight: 0),
        ]
        let result = try await bench.search()
        #expect(result.url == Bench.ews)
        let first = try #require(bench.http.requests.firstIndex { $0.url.contains("first.example.com") })
        let next = try #require(bench.http.requests.firstIndex { $0.url.contains("second.example.com") })
        #expect(first < next)
    }

    @Test("a host that is not of the domain is not sent the login, and the key that allows it is named")
    func untrusted() async throws {
        let server = "https://exchange.example.net/autodiscover/autodiscover"
        let bench = Bench([Bench.plain: .redirect("\(server).xml"), "GET \(server).xml": .unauthorized])
        let diagnosis = try #require(try await bench.search().diagnosis)
        #expect(diagnosis.id == "autodiscover.other-domain")
        #expect(diagnosis.remedy.contains("autodiscover_domains = [\"exchange.example.net\"]"))
        #expect(flaws(in: diagnosis).isEmpty)
        #expect(bench.http.logins.isEmpty)
    }

    @Test("an EWS URL at a host that is not of the domain is not taken")
    func untrustedEWS() async throws {
        let online = "https://outlook.office365.com/EWS/Exchange.asmx"
        var bench = Bench(["GET https://autodiscover.example.com/\(Bench.json)": .json(online)])
        #expect(try await bench.search().diagnosis?.id == "autodiscover.other-domain")
        bench.domains = ["office365.com"]
        #expect(try await bench.search().url == online)
    }

    @Test("the host that a token is for is asked first, and trusted")
    func online() async throws {
        let online = "https://outlook.office365.com/EWS/Exchange.asmx"
        var bench = Bench(["GET https://outlook.office365.com/\(Bench.json)": .json(online)])
        bench.hosts = ["outlook.office365.com"]
        #expect(try await bench.search().url == online)
        #expect(bench.http.requests.first?.url.hasPrefix("https://outlook.office365.com/") == true)
    }

    @Test("a refused password ends the search: nobody else is shown it, and it must not be tried again by itself")
    func refused() async throws {
        let bench = Bench([
            "GET \(Bench.domain).xml": .unauthorized, "GET \(Bench.host).xml": .unauthorized,
            "POST \(Bench.domain).svc": .unauthorized, "POST \(Bench.domain).xml": .pox(ews: Bench.ews),
            "POST \(Bench.host).svc": .settings(["ExternalEwsUrl": Bench.ews]),
        ])
        let result = try await bench.search()
        #expect(result.diagnosis?.id == "auth.unauthorized")
        #expect(result.retry == .never)
        #expect(bench.http.logins == ["POST \(Bench.domain).svc"])
    }

    @Test("a place that takes no login of this kind does not keep the next from being asked")
    func otherScheme() async throws {
        let bearer = HTTPHeaders([HTTPHeader("WWW-Authenticate", "NTLM")])
        let bench = Bench([
            "GET \(Bench.domain).xml": .unauthorized, "POST \(Bench.domain).svc": .status(401, bearer),
            "POST \(Bench.domain).xml": .status(401, bearer), "GET \(Bench.host).xml": .unauthorized,
            "POST \(Bench.host).svc": .settings(["ExternalEwsUrl": Bench.ews]),
        ])
        #expect(try await bench.search().url == Bench.ews)
        bench.http.change("POST \(Bench.host).svc", to: .status(404))
        #expect(try await bench.search().diagnosis?.id == "auth.scheme-not-offered")
    }

    @Test("SOAP may name another address, whose domain is asked then")
    func redirectAddress() async throws {
        let other = "https://autodiscover.eu.example.com/autodiscover/autodiscover"
        let user = Result.user(code: "RedirectAddress", target: "service@eu.example.com")
        let bench = Bench([
            "GET \(Bench.host).xml": .unauthorized, "POST \(Bench.host).svc": .users([user]),
            "GET \(other).xml": .unauthorized, "POST \(other).svc": .settings(["ExternalEwsUrl": Bench.ews]),
        ])
        #expect(try await bench.search().url == Bench.ews)
        let last = try #require(bench.http.requests.last.map { String(decoding: $0.body, as: UTF8.self) })
        #expect(last.contains("<a:Mailbox>service@eu.example.com</a:Mailbox>"))
    }

    @Test("addresses that name each other come to an end")
    func addressLoop() async throws {
        let other = "https://autodiscover.eu.example.com/autodiscover/autodiscover"
        func to(_ address: String) -> Result<HTTPResponse, HTTPError> {
            .pox("<Action>redirectAddr</Action><RedirectAddr>\(address)</RedirectAddr>")
        }
        let bench = Bench([
            "GET \(Bench.host).xml": .unauthorized, "POST \(Bench.host).xml": to("service@eu.example.com"),
            "GET \(other).xml": .unauthorized, "POST \(other).xml": to("service@example.com"),
        ])
        #expect(try await bench.search().diagnosis?.id == "autodiscover.failed")
        #expect(bench.http.logins.count == 4)
    }

    @Test("servers that send to each other come to an end")
    func serverLoop() async throws {
        let other = "https://other.example.com/autodiscover/autodiscover"
        let bench = Bench([
            "GET \(Bench.host).xml": .redirect("\(other).xml"), "GET \(other).xml": .redirect("\(Bench.host).xml"),
        ])
        let result = try await bench.search()
        #expect(result.diagnosis?.id == "autodiscover.failed")
        #expect(result.findings.contains { $0.outcome == "sends to a place that is asked already" })
    }

    @Test("at most ten redirects are followed")
    func redirects() async throws {
        func server(_ number: Int) -> String { "https://a\(number).example.com/autodiscover/autodiscover.xml" }
        var answers = Dictionary(
            uniqueKeysWithValues: (0..<30).map { ("GET \(server($0))", Result.redirect(server($0 + 1))) }
        )
        answers["GET \(Bench.host).xml"] = .redirect(server(0))
        let bench = Bench(answers)
        let result = try await bench.search()
        #expect(result.diagnosis?.id == "autodiscover.failed")
        #expect(result.findings.contains { $0.outcome == "more than 10 redirects" })
        #expect(
            bench.http.requests.filter { $0.url.hasSuffix("a9.example.com/autodiscover/autodiscover.xml") }.count == 1
        )
        #expect(!bench.http.requests.contains { $0.url.contains("a10.example.com") })
    }

    @Test(
        "redirects to plain http and to pages are not followed",
        arguments: [
            "http://mail.example.com/autodiscover/autodiscover.xml", "https://www.example.com/login",
        ]
    )
    func badRedirect(_ location: String) async throws {
        let bench = Bench(["GET \(Bench.host).xml": .redirect(location), Bench.plain: .redirect(location)])
        #expect(try await bench.search().diagnosis?.id == "autodiscover.failed")
        #expect(!bench.http.requests.contains { $0.url == location })
    }

    @Test("a place that hangs does not keep the others from being looked at")
    func hanging() async throws {
        let bench = Bench([
            "GET \(Bench.domain).xml": .failure(.connectTimeout(seconds: 5)),
            "GET https://example.com/\(Bench.json)": .failure(.connectTimeout(seconds: 5)),
            "GET \(Bench.host).xml": .unauthorized,
            "POST \(Bench.host).svc": .settings(["ExternalEwsUrl": Bench.ews]),
        ])
        #expect(try await bench.search().url == Bench.ews)
        let unauthenticated = bench.http.requests.filter { $0.authentication == .none }
        #expect(unauthenticated.allSatisfy { ($0.limits.whole ?? .infinity) <= 10 })
    }

    @Test("where nothing is found, each place and what came of it is told")
    func failed() async throws {
        let page = Result.status(200, ["Content-Type": "text/html"], body: "<html></html>")
        let bench = Bench([
            "GET \(Bench.domain).xml": page, Bench.plain: page,
            "GET \(Bench.host).xml": .failure(.unreachable(host: "autodiscover.example.com", errno: 111)),
        ])
        let diagnosis = try #require(try await bench.search().diagnosis)
        #expect(diagnosis.id == "autodiscover.failed")
        for words in [
            "https://example.com/autodiscover/autodiscover.xml: no Autodiscover (HTTP status 200, text/html)",
            "https://autodiscover.example.com/autodiscover/autodiscover.xml: no connection (Connection refused)",
            "http://autodiscover.example.com/autodiscover/autodiscover.xml: no redirect (HTTP status 200, text/html)",
            "_autodiscover._tcp.example.com: there is no such name in the DNS",
        ] {
            #expect(diagnosis.summary.contains(words))
        }
        #expect(flaws(in: diagnosis).isEmpty)
    }

    @Test("a certificate of the host autodiscover tells more than that nothing was found; that of a web site does not")
    func certificate() async throws {
        let bench = Bench(["GET \(Bench.host).xml": .failure(.tls(.expired(nil), host: "autodiscover.example.com"))])
        #expect(try await bench.search().diagnosis?.id == "tls.expired")
        let site = Bench(["GET \(Bench.domain).xml": .failure(.tls(.expired(nil), host: "example.com"))])
        #expect(try await site.search().diagnosis?.id == "autodiscover.failed")
    }

    @Test("the password shows in nothing that is told")
    func secret() async throws {
        let bench = Bench(["GET \(Bench.domain).xml": .unauthorized, "POST \(Bench.domain).svc": .unauthorized])
        let result = try await bench.search()
        #expect(!"\(result)".contains("correct horse"))
    }
}
