import Testing

@testable import Exchange

@Suite("Who may be shown the login")
struct TrustedHostsTests {
    private let hosts = TrustedHosts(
        mailDomain: "Example.com",
        domains: ["mail.example.net", "example.org"],
        hosts: ["outlook.office365.com"]
    )

    @Test(
        "hosts of the mail domain, of the listed domains, and those that were named",
        arguments: [
            "example.com", "EXAMPLE.com", "mail.example.com", "a.b.example.com", "autodiscover.example.com.",
            "mail.example.net", "eu.mail.example.net", "example.org", "x.example.org", "outlook.office365.com",
        ]
    )
    func trusted(_ host: String) {
        #expect(hosts.contain(host))
    }

    @Test(
        "and nobody else, however it looks",
        arguments: [
            "", ".", "com", "badexample.com", "example.com.evil.net", "example.net", "example.comm", "xample.com",
            "evil-example.com", "eu.outlook.office365.com", "office365.com", "192.0.2.1", "2001:db8::1", "example_com",
        ]
    )
    func strangers(_ host: String) {
        #expect(!hosts.contain(host))
    }

    @Test("a token goes to the host that it is for, and to listed domains, not to the mail domain")
    func token() {
        let hosts = TrustedHosts(mailDomain: nil, domains: ["example.org"], hosts: ["outlook.office365.com"])
        #expect(hosts.contain("outlook.office365.com"))
        #expect(hosts.contain("mail.example.org"))
        #expect(!hosts.contain("example.com"))
        #expect(!hosts.contain("autodiscover.example.com"))
    }

    @Test("without a domain nobody is trusted")
    func nobody() {
        #expect(!TrustedHosts(mailDomain: "").contain("example.com"))
        #expect(!TrustedHosts(mailDomain: "").contain(""))
    }
}

@Suite("Where Autodiscover is said to be")
struct AutodiscoverServerTests {
    private static let asked = "http://autodiscover.example.com/autodiscover/autodiscover.xml"

    @Test(
        "the services of a server differ in their extension",
        arguments: [
            (
                "https://Mail.Example.net/autodiscover/autodiscover.xml",
                "https://mail.example.net/autodiscover/autodiscover"
            ),
            (
                "https://mail.example.net:443/Autodiscover/Autodiscover.XML",
                "https://mail.example.net/Autodiscover/Autodiscover"
            ),
            ("https://mail.example.net:8443/a/autodiscover.svc?x=1", "https://mail.example.net:8443/a/autodiscover"),
        ]
    )
    func services(location: String, stem: String) throws {
        let server = try AutodiscoverServer(location: location, from: Self.asked)
        #expect(server.soapURL == stem + ".svc")
        #expect(server.poxURL == stem + ".xml")
    }

    @Test("a location without a host is on the same one")
    func relative() throws {
        let asked = "https://example.com/autodiscover/autodiscover.xml"
        let server = try AutodiscoverServer(location: "/exchange/autodiscover.xml", from: asked)
        #expect(server.soapURL == "https://example.com/exchange/autodiscover.svc")
        #expect(
            server.jsonURL(for: "a@example.com")
                == "https://example.com/autodiscover/autodiscover.json/v1.0/a@example.com?Protocol=Ews"
        )
    }

    @Test(
        "whatever is not https is refused",
        arguments: [
            "http://mail.example.com/autodiscover/autodiscover.xml", "/autodiscover/autodiscover.xml",
            "ftp://mail.example.com/autodiscover/autodiscover.xml", "//mail.example.com/autodiscover/autodiscover.xml",
        ]
    )
    func plain(_ location: String) {
        #expect(throws: AutodiscoverServer.Mistake.notHTTPS) {
            try AutodiscoverServer(location: location, from: Self.asked)
        }
    }

    @Test(
        "whatever is not Autodiscover is refused",
        arguments: [
            "https://portal.example.com/login?back=autodiscover.xml", "https://example.com/",
            "https:///autodiscover.xml",
            "https://user:secret@example.com/autodiscover/autodiscover.xml", "",
            "https://example.com/\(String(repeating: "a", count: 1_000))/autodiscover.xml",
        ]
    )
    func otherPage(_ location: String) {
        let asked = "https://example.com/"
        #expect(throws: AutodiscoverServer.Mistake.otherPage) {
            try AutodiscoverServer(location: location, from: asked)
        }
    }
}
