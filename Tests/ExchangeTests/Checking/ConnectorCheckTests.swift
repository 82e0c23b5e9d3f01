import Availability
import Exchange
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite("Checking a connector")
struct ConnectorCheckTests {
    private typealias Answer = ScriptedHTTP.Answer

    /// What the server says to somebody who does not say who he is.
    private static func door(_ schemes: String = "Basic realm=\"x\"", date: String? = nil) -> ScriptedHTTP.Answer {
        var headers: HTTPHeaders = ["WWW-Authenticate": schemes]
        headers.append("Date", date ?? "Sun, 22 Nov 2026 10:00:01 GMT")
        return .status(401, headers)
    }

    private static let calendars = ScriptedHTTP.Answer.soap(Documents.availability(Documents.mailbox("FreeBusy")))

    @Test("where all is well every step passes, in its order")
    func well() async throws {
        let http = ScriptedHTTP(Self.door(), Self.calendars)
        let (record, ending) = try await Given.check(http)
        let steps = ["name", "tcp", "tls", "http", "ews", "schemes", "login", "version", "clock"]
        #expect(record.lines == steps.map { "\($0) passed" })
        #expect(record.seen(.name) == "mail.example.com has 192.0.2.10, 2001:db8::10")
        #expect(record.seen(.version).contains("Exchange Server 2019, version 15.02.1544.0004"))
        guard case .letIn(.success(let readings)) = ending else {
            Issue.record("not let in")
            return
        }
        #expect(readings.count == 1)
    }

    @Test("no credentials are sent before the login, and one request is the login")
    func credentials() async throws {
        let http = ScriptedHTTP(Self.door(), Self.calendars)
        _ = try await Given.check(http)
        let proofs = http.requests.map(\.authentication)
        #expect(proofs.count == 2)
        #expect(proofs.first == HTTPAuthentication.none)
        #expect(http.requests.first?.describesPeer == true)
    }

    @Test("a refused password is sent once, and what needs the login is left out")
    func refused() async throws {
        let http = ScriptedHTTP(Self.door(), Self.door())
        let (record, ending) = try await Given.check(http)
        #expect(record.line(.login) == "login failed auth.unauthorized")
        #expect(record.line(.version) == "version skipped")
        #expect(record.seen(.version) == "needs login, which failed")
        #expect(record.line(.clock) == "clock passed")
        #expect(http.requests.count { $0.authentication != .none } == 1)
        guard case .refused(let failure) = ending else {
            Issue.record("not refused")
            return
        }
        #expect(failure.retry == .never)
    }

    @Test("a password that was refused elsewhere is not sent")
    func obstacle() async throws {
        let http = ScriptedHTTP(Self.door(), Self.calendars)
        let (record, _) = try await Given.check(http, obstacle: "not tried: refused elsewhere")
        #expect(record.line(.login) == "login skipped")
        #expect(record.seen(.login) == "not tried: refused elsewhere")
        #expect(record.line(.version) == "version skipped")
        #expect(http.requests.count == 1)
    }

    @Test("a password is not sent to a server that offers no way for it")
    func scheme() async throws {
        let http = ScriptedHTTP(Self.door("Negotiate"), Self.calendars)
        let (record, _) = try await Given.check(http, scheme: "basic")
        #expect(record.line(.schemes) == "schemes failed auth.scheme-not-offered")
        #expect(record.line(.login) == "login skipped")
        #expect(http.requests.count == 1)
        let offered = ScriptedHTTP(Self.door("Negotiate, Basic realm=\"x\""), Self.calendars)
        #expect(try await Given.check(offered, scheme: "basic").record.line(.login) == "login passed")
    }

    @Test("a host without an address ends it before anything is sent")
    func unknownHost() async throws {
        let http = ScriptedHTTP(Self.door())
        let (record, _) = try await Given.check(http, names: ScriptedHosts(known: [:]))
        #expect(record.lines.first == "name failed dns.host-not-found")
        #expect(record.lines.dropFirst().allSatisfy { $0.hasSuffix(" skipped") })
        #expect(record.steps.dropFirst().allSatisfy { $0.seen == "needs name, which failed" })
        #expect(record.lines.count == 9)
        #expect(http.requests.isEmpty)
    }

    @Test("an IP address needs no name")
    func address() async throws {
        let options = try Given.options(url: "https://192.0.2.7/EWS/Exchange.asmx")
        let (record, _) = try await Given.check(ScriptedHTTP(Self.door(), Self.calendars), options)
        #expect(record.line(.name) == "name passed")
    }

    @Test(
        "a transfer that fails is the failure of the step that it came to",
        arguments: [
            (HTTPError.hostNotFound(host: "x"), CheckStep.Name.tcp, "dns.host-not-found"),
            (.unreachable(host: "x", errno: ECONNREFUSED), .tcp, "tcp.unreachable"),
            (.connectTimeout(seconds: 15), .tcp, "tcp.unreachable"),
            (.tls(.nameMismatch(names: ["other.example.com"]), host: "x"), .tls, "tls.name-mismatch"),
            (.tls(.expired(nil), host: "x"), .tls, "tls.expired"),
            (.tls(.untrustedIssuer(nil), host: "x"), .tls, "tls.untrusted"),
            (.tls(.handshake(code: 35), host: "x"), .tls, "tls.handshake"),
            (.firstByteTimeout(seconds: 60), .http, "server.no-answer"),
            (.malformedResponse, .http, "server.unexpected-answer"),
        ]
    )
    func transfers(error: HTTPError, step: CheckStep.Name, id: String) async throws {
        let (record, _) = try await Given.check(ScriptedHTTP(.failure(error)))
        #expect(record.line(step) == "\(step.rawValue) failed \(id)")
        let index = try #require(record.steps.firstIndex { $0.name == step })
        #expect(record.lines[..<index].allSatisfy { $0.hasSuffix(" passed") })
        #expect(record.lines[(index + 1)...].allSatisfy { $0.hasSuffix(" skipped") })
        #expect(record.lines.count == 9)
    }

    @Test(
        "an answer that is not that of EWS fails there, and the clock is looked at all the same",
        arguments: [
            (Answer.status(404, ["Date": "Sun, 22 Nov 2026 10:00:01 GMT"]), "http.not-ews"),
            (.status(302, ["Location": "/owa/", "Date": "Sun, 22 Nov 2026 10:00:01 GMT"]), "http.not-ews"),
            (
                .status(401, ["MS-ASProtocolVersions": "14.1", "Date": "Sun, 22 Nov 2026 10:00:01 GMT"]),
                "server.unsupported"
            ),
            (.status(403, ["Date": "Sun, 22 Nov 2026 10:00:01 GMT"]), "access.denied"),
        ]
    )
    func notEWS(answer: ScriptedHTTP.Answer, id: String) async throws {
        let (record, _) = try await Given.check(ScriptedHTTP(answer))
        #expect(record.line(.ews) == "ews failed \(id)")
        #expect(record.line(.login) == "login skipped")
        #expect(record.line(.clock) == "clock passed")
    }

    @Test("a server that knows no schema version, or is too old, lets the account in and is not supported")
    func versions() async throws {
        let none = ScriptedHTTP(Self.door(), .fault("ErrorInvalidServerVersion"))
        let old = Documents.serverVersion(8, 0, 685, 24)
        let answer = Answer.soap(Documents.availability(Documents.mailbox("FreeBusy")), version: old)
        for http in [none, ScriptedHTTP(Self.door(), answer)] {
            let (record, _) = try await Given.check(http)
            #expect(record.line(.login) == "login passed")
            #expect(record.line(.version) == "version failed server.unsupported")
        }
    }

    @Test("a clock that is wrong is a warning")
    func clock() async throws {
        let late = Self.door(date: "Sun, 22 Nov 2026 09:40:00 GMT")
        let (record, ending) = try await Given.check(ScriptedHTTP(late, Self.calendars))
        #expect(record.line(.clock) == "clock warned clock.skew")
        guard case .letIn = ending else {
            Issue.record("not let in")
            return
        }
    }

    @Test("an account that the server denies EWS is let in nowhere")
    func denied() async throws {
        let (record, _) = try await Given.check(ScriptedHTTP(Self.door(), .status(403)))
        #expect(record.line(.login) == "login failed access.denied")
    }

    @Test("no secret is in any step")
    func secret() async throws {
        let http = ScriptedHTTP(Self.door(), Self.door())
        let (record, _) = try await Given.check(http)
        #expect(!"\(record.steps)".contains("correct horse"))
    }
}
