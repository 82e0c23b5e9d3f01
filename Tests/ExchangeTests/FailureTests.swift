import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("What goes wrong with a server")
struct FailureTests {
    @Test(
        "every way of getting no answer is told apart",
        arguments: [
            (HTTPError.hostNotFound(host: "h"), "dns.host-not-found", RetryAdvice.later),
            (.unreachable(host: "h", errno: 111), "tcp.unreachable", .later),
            (.connectTimeout(seconds: 15), "tcp.unreachable", .later),
            (.tls(.nameMismatch(names: ["a"]), host: "h"), "tls.name-mismatch", .later),
            (.tls(.expired(nil), host: "h"), "tls.expired", .later),
            (.tls(.notYetValid(nil), host: "h"), "tls.not-yet-valid", .later),
            (.tls(.untrustedIssuer(nil), host: "h"), "tls.untrusted", .later),
            (.tls(.caFileUnusable(path: "/x"), host: "h"), "tls.untrusted", .later),
            (.tls(.verification(code: 7), host: "h"), "tls.untrusted", .later),
            (.tls(.keyMismatch(found: nil), host: "h"), "tls.untrusted", .later),
            (.tls(.handshake(code: 35), host: "h"), "tls.handshake", .later),
            (.tls(.handshake(code: 35, reason: 1040), host: "h"), "tls.handshake", .later),
            (.tls(.notTLS, host: "h"), "tls.handshake", .later),
            (.tls(.oldProtocol, host: "h"), "tls.handshake", .later),
            (.firstByteTimeout(seconds: 60), "server.no-answer", .later),
            (.stalled(seconds: 30), "server.no-answer", .later),
            (.wholeTimeout(seconds: 120), "server.no-answer", .later),
            (.connectionClosed, "server.no-answer", .later),
            (.bodyTooLarge(limit: 1), "server.unexpected-answer", .later),
            (.headersTooLarge(limit: 1), "server.unexpected-answer", .later),
            (.malformedResponse, "server.unexpected-answer", .later),
            (.invalidURL, "url.malformed", .never),
            (.plainHTTPRefused(host: "h"), "url.not-https", .never),
            (.invalidRequest(.password), "auth.unauthorized", .never),
            (.invalidRequest(.pinnedPublicKey), "tls.untrusted", .never),
            (.tooManyUnderWay, "service.exhausted", .later),
            (.outOfResources(errno: 24), "service.exhausted", .later),
            (.cancelled, "service.interrupted", .later),
        ]
    )
    func transport(error: HTTPError, id: String, retry: RetryAdvice) async throws {
        let failure = try await Given.connector(ScriptedHTTP(.failure(error))).failure()
        #expect(failure?.diagnosis.id == id)
        #expect(failure?.retry == retry)
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test("a certificate that does not carry the server's IP address is told apart from a wrong name")
    func addressAsName() async throws {
        let options = try Given.options(url: "https://192.0.2.7/EWS/Exchange.asmx")
        let mismatch = HTTPError.tls(.nameMismatch(names: ["mail.example.com", "10.0.0.1"]), host: "192.0.2.7")
        let http = ScriptedHTTP(.failure(mismatch))
        let failure = await Given.connector(http, options).failure()
        #expect(failure?.diagnosis.id == "tls.ip-address")
        #expect(failure?.diagnosis.summary.contains("mail.example.com, 10.0.0.1") == true)
    }

    @Test(
        "every answer that is not EWS is told apart",
        arguments: [
            (
                ScriptedHTTP.Answer.status(401, ["WWW-Authenticate": "Basic realm=\"x, y\""]),
                "auth.unauthorized", RetryAdvice.never
            ),
            (.status(401), "auth.unauthorized", .never),
            (.status(401, ["WWW-Authenticate": "NTLM"]), "auth.scheme-not-offered", .later),
            (.status(401, ["WWW-Authenticate": "Negotiate, NTLM"]), "auth.scheme-not-offered", .later),
            (.status(401, ["WWW-Authenticate": "Bearer client_id=\"1\", b=\"a\""]), "auth.mfa-required", .later),
            (.status(401, ["WWW-Authenticate": "Negotiate, Basic realm=\"x\""]), "auth.unauthorized", .never),
            (.status(403), "access.denied", .later),
            (.status(404), "http.not-ews", .later),
            (.status(302, ["Location": "/owa/"]), "http.not-ews", .later),
            (.status(502), "http.not-ews", .later),
            (.status(503), "server.busy", .later),
            (.status(503, ["Retry-After": "30"]), "server.busy", .after(30)),
            (.status(429, ["retry-after": "5"]), "server.busy", .after(5)),
            (.status(503, ["Retry-After": "Sun, 22 Nov 2026 10:01:30 GMT"]), "server.busy", .after(90)),
            (.status(503, ["Retry-After": "-1"]), "server.busy", .later),
            (.status(200, ["Content-Type": "text/html"], body: "<html/>"), "http.not-ews", .later),
            (.status(200, body: "<html><body/></html>"), "http.not-ews", .later),
            (.status(200, body: "OK"), "http.not-ews", .later),
            (.status(200), "http.not-ews", .later),
            (.status(500, body: "oops"), "http.not-ews", .later),
            (.status(200, body: "<a><b></a>"), "http.not-ews", .later),
            (
                .status(200, body: "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>"),
                "server.unexpected-answer", .later
            ),
            (.soap("<GetFolderResponse/>"), "server.unexpected-answer", .later),
        ]
    )
    func statuses(answer: ScriptedHTTP.Answer, id: String, retry: RetryAdvice) async throws {
        let failure = try await Given.connector(ScriptedHTTP(answer)).failure()
        #expect(failure?.diagnosis.id == id)
        #expect(failure?.retry == retry)
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test("a page instead of SOAP is told by status, type and title")
    func portal() async throws {
        let page = "<html><head><TITLE lang=en>\n Corporate  Gate </TITLE></head></html>"
        let answer = ScriptedHTTP.Answer.status(200, ["Content-Type": "text/html; charset=utf-8"], body: page)
        let summary = try await Given.connector(ScriptedHTTP(answer)).failure()?.diagnosis.summary
        #expect(summary?.contains("200") == true)
        #expect(summary?.contains("text/html") == true)
        #expect(summary?.contains("“Corporate Gate”") == true)
    }

    @Test("what the server offers instead of Basic is listed")
    func offeredSchemes() async throws {
        let headers = HTTPHeaders([
            HTTPHeader("WWW-Authenticate", "Negotiate"), HTTPHeader("WWW-Authenticate", "NTLM"),
        ])
        let failure = try await Given.connector(ScriptedHTTP(.status(401, headers))).failure()
        #expect(failure?.diagnosis.summary.contains("Negotiate, NTLM") == true)
    }

    @Test("what a server says at length, over several lines, or with a full stop of its own, is quoted in one sentence")
    func quotes() async throws {
        let fault = ScriptedHTTP.Answer.bareFault("SOAP:Server.\n" + String(repeating: "More. ", count: 100))
        let failure = try await Given.connector(ScriptedHTTP(fault)).failure()
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
        #expect(failure?.diagnosis.summary.contains("SOAP:Server. More.") == true)
        #expect((failure?.diagnosis.summary.count ?? .max) < 300)
    }

    @Test(
        "a fault of the whole request is sorted by its code",
        arguments: [
            (
                ScriptedHTTP.Answer.fault("ErrorServerBusy", values: ["BackOffMilliseconds": "1500"]),
                "server.busy", RetryAdvice.after(1.5)
            ),
            (.fault("ErrorServerBusy"), "server.busy", .later),
            (.fault("ErrorExceededConnectionCount"), "subscription.limit", .later),
            (.fault("ErrorSchemaValidation"), "server.fault", .later),
            (.fault("ErrorAccessDenied"), "access.denied", .later),
            (.fault("ErrorInternalServerError"), "server.fault", .later),
            (.fault("ErrorOfTheFuture"), "server.fault", .later),
            (.bareFault("SOAP:Server"), "server.fault", .later),
            (.bareFault("ErrorServerBusy"), "server.busy", .later),
        ]
    )
    func faults(answer: ScriptedHTTP.Answer, id: String, retry: RetryAdvice) async throws {
        let failure = try await Given.connector(ScriptedHTTP(answer)).failure()
        #expect(failure?.diagnosis.id == id)
        #expect(failure?.retry == retry)
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test("the exhausted budget is named")
    func policy() async throws {
        let answer = ScriptedHTTP.Answer.fault("ErrorServerBusy", values: ["Policy": "CPU"])
        let summary = try await Given.connector(ScriptedHTTP(answer)).failure()?.diagnosis.summary
        #expect(summary?.contains("CPU") == true)
    }
}
