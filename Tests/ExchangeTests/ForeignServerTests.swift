import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("Servers that are not supported, and URLs that are not that of EWS")
struct ForeignServerTests {
    /// The example of MS-ASHTTP 4.1, without what says nothing here.
    private static let activeSync: HTTPHeaders = [
        "MS-Server-ActiveSync": "14.00.0536.000", "MS-ASProtocolVersions": "2.0,2.1,2.5,12.0,12.1,14.0",
        "Allow": "OPTIONS,POST",
    ]

    private static func with(_ name: String, _ value: String) -> HTTPHeaders {
        var headers = activeSync
        headers.append(name, value)
        return headers
    }

    private static func failure(
        _ answer: ScriptedHTTP.Answer,
        url: String = "https://mail.example.com/EWS/Exchange.asmx"
    ) async throws -> Diagnosis? {
        let failure = await Given.connector(ScriptedHTTP(answer), try Given.options(url: url)).failure()
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
        return failure?.diagnosis
    }

    @Test(
        "what speaks something else than EWS is not supported",
        arguments: [
            (ScriptedHTTP.Answer.status(200, activeSync), "ActiveSync"),
            (.status(505, with("Server", "Apache")), "ActiveSync"),
            (.status(501, ["MS-ASProtocolVersions": "14.1"]), "ActiveSync"),
            // WebDAV of Exchange 2003: 501 for what it does not know.
            (.status(501, ["MS-WebStorage": "6.5.7638"]), "Exchange 2000 or 2003 (MS-WebStorage 6.5.7638)"),
        ]
    )
    func foreign(answer: ScriptedHTTP.Answer, words: String) async throws {
        let diagnosis = try await Self.failure(answer)
        #expect(diagnosis?.id == "server.unsupported")
        #expect(diagnosis?.summary.contains(words) == true)
        #expect(diagnosis?.remedy.contains("2007 SP1 or later") == true)
    }

    @Test(
        "an Exchange at another of its URLs is supported",
        arguments: [
            ScriptedHTTP.Answer.status(200, with("Server", "Microsoft-IIS/10.0")),
            .status(505, with("X-FEServer", "EX01")), .status(200, with("X-OWA-Version", "15.2.1544.4")),
        ]
    )
    func otherURL(answer: ScriptedHTTP.Answer) async throws {
        let diagnosis = try await Self.failure(answer)
        #expect(diagnosis?.id == "http.not-ews")
        #expect(diagnosis?.remedy.hasPrefix("The URL is that of ActiveSync.") == true)
    }

    @Test("Amazon WorkMail is named, and gets no password")
    func workMail() async throws {
        let http = ScriptedHTTP(.soap(Documents.availability(Documents.mailbox("FreeBusy"))))
        let url = "https://ews.mail.eu-west-1.awsapps.com/EWS/Exchange.asmx"
        let failure = await Given.connector(http, try Given.options(url: url)).failure()
        #expect(failure?.diagnosis.id == "server.unsupported")
        #expect(failure?.diagnosis.summary.contains("Amazon WorkMail") == true)
        #expect(http.requests.isEmpty)
    }

    @Test("a host that only looks like it is another one")
    func notWorkMail() async throws {
        let http = ScriptedHTTP(.soap(Documents.availability(Documents.mailbox("FreeBusy"))))
        let url = "https://awsapps.com.example.com/EWS/Exchange.asmx"
        #expect(await Given.connector(http, try Given.options(url: url)).failure() == nil)
    }

    @Test(
        "what is no HTTP at a port of mail is mail",
        arguments: [(993, "IMAP"), (143, "IMAP"), (995, "POP3"), (587, "SMTP")]
    )
    func mail(port: Int, name: String) async throws {
        let url = "https://mail.example.com:\(port)/EWS/Exchange.asmx"
        for error in [HTTPError.malformedResponse, .tls(.handshake(code: 35), host: "mail.example.com")] {
            let diagnosis = try await Self.failure(.failure(error), url: url)
            #expect(diagnosis?.id == "server.unsupported")
            #expect(diagnosis?.summary.contains("speaks \(name) at port \(port)") == true)
        }
    }

    @Test(
        "who greets as a mail server is one at any port",
        arguments: [
            ("* OK [CAPABILITY IMAP4rev1] ready", "IMAP"), ("+OK POP3 server ready", "POP3"),
            ("220 mail.example.com ESMTP", "SMTP"),
        ]
    )
    func greeting(opening: String, name: String) async throws {
        let diagnosis = try await Self.failure(.failure(.notHTTP(opening: opening)))
        #expect(diagnosis?.id == "server.unsupported")
        #expect(diagnosis?.summary.contains("speaks \(name)") == true)
    }

    @Test("who greets otherwise is quoted")
    func greetingOfOthers() async throws {
        let diagnosis = try await Self.failure(.failure(.notHTTP(opening: "SSH-2.0-OpenSSH_9.2")))
        #expect(diagnosis?.id == "server.unexpected-answer")
        #expect(diagnosis?.summary.contains("SSH-2.0-OpenSSH_9.2") == true)
    }

    @Test("what is no HTTP at another port is not named")
    func noHTTP() async throws {
        #expect(try await Self.failure(.failure(.malformedResponse))?.id == "server.unexpected-answer")
    }

    @Test(
        "an Exchange older than 2007 SP1 is not supported, that one is",
        arguments: [(0, false), (1, true), (3, true)]
    )
    func old(minor: Int, isSupported: Bool) async throws {
        let version = Documents.serverVersion(8, minor, 240, 6)
        let answer = ScriptedHTTP.Answer.soap(Documents.availability(Documents.mailbox("FreeBusy")), version: version)
        let failure = try await Given.connector(ScriptedHTTP(answer)).failure()
        #expect(failure?.diagnosis.id == (isSupported ? nil : "server.unsupported"))
    }

    @Test(
        "the URL of another service is named",
        arguments: [
            ("/owa/", "Outlook on the web"), ("/ecp/", "Exchange admin center"),
            ("/Microsoft-Server-ActiveSync", "ActiveSync"), ("/autodiscover/autodiscover.xml", "Autodiscover"),
            ("/mapi/emsmdb", "MAPI over HTTP"), ("/PowerShell/", "PowerShell"),
        ]
    )
    func services(path: String, name: String) async throws {
        let url = "https://mail.example.com\(path)"
        let diagnosis = try await Self.failure(.status(200, ["Content-Type": "text/html"], body: "<html/>"), url: url)
        #expect(diagnosis?.id == "http.not-ews")
        #expect(diagnosis?.remedy.contains(name) == true)
    }

    @Test("a redirection is told with its host, without what is secret in it")
    func redirected() async throws {
        let login = "https://user:pw@login.portal.example/adfs/ls?wctx=secret"
        let diagnosis = try await Self.failure(.status(302, ["Location": login]))
        #expect(diagnosis?.id == "http.not-ews")
        #expect(diagnosis?.remedy.contains("sends visitors to login.portal.example,") == true)
        #expect(diagnosis?.summary.contains("302") == true)
        let text = "\(diagnosis?.summary ?? "")\(diagnosis?.remedy ?? "")"
        #expect(!text.contains("secret") && !text.contains("pw@"))
    }

    @Test("the login page of Outlook on the web is told apart from a portal")
    func owaLogin() async throws {
        let page = "https://mail.example.com/owa/auth/logon.aspx?url=x&reason=0"
        let diagnosis = try await Self.failure(.status(302, ["Location": page]))
        #expect(diagnosis?.remedy.contains("login page of Outlook on the web") == true)
    }
}
