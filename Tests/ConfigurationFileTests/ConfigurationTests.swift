import Availability
import ConfigurationFile
import TestSupport
import Testing

@Suite("Configuration values")
struct ConfigurationTests {
    private static func parse(_ text: String) throws(ConfigurationErrors) -> Configuration {
        try Configuration.parse(text: text, file: "config.toml", environment: .fixture)
    }

    /// A connector with the given lines added.
    private static func connector(_ name: String, _ lines: String...) -> String {
        var all = ["[[connector]]", "name = \"\(name)\"", "password_credential = \"exchange\""] + lines
        if !lines.contains(where: { $0.hasPrefix("server") }) { all.append("server = \"mail.example.com\"") }
        if !lines.contains(where: { $0.hasPrefix("username") }) { all.append("username = \"svc@example.com\"") }
        return all.joined(separator: "\n") + "\n"
    }

    @Test("an empty file is a daemon with nothing to do, and every default")
    func emptyFile() throws {
        let configuration = try Self.parse("")
        #expect(configuration.service.stateDirectory == "/var/lib/freebusyd")
        #expect(configuration.service.controlSocket == "/run/freebusyd/control.sock")
        #expect(configuration.service.logLevel == .info)
        #expect(configuration.scan.lookaheadDays == 7)
        #expect(configuration.scan.interval == 604_800)
        #expect(configuration.scan.reconcile == 86_400)
        #expect(configuration.presence == PresenceRules(staleAfter: 25 * 3_600))
        #expect(configuration.connectors.isEmpty && configuration.users.isEmpty && configuration.hooks.isEmpty)
    }

    @Test("every key of a connector reaches its option")
    func connectorOptions() throws {
        let configuration = try Self.parse(
            """
            [[connector]]
            name = "branch"
            enabled = false
            server = "mail.example.org"
            username = "svc"
            domain = "EXAMPLE"
            password_file = "/etc/freebusyd/password"
            authentication = "basic"
            access = "delegate"
            ca_file = "/etc/freebusyd/ca.pem"
            mail_domains = ["Example.ORG", "example.net"]
            notification = "push"
            callback_url = "https://freebusyd.example.org:4711/ews/"
            callback_listen = "[::]:4711"
            callback_certificate = "/etc/freebusyd/callback.pem"
            callback_private_key = "/etc/freebusyd/callback-key.pem"
            status_frequency = "24h"
            poll_interval = "1s"
            account_address = "Svc@Example.org"
            automatic_reply_poll = "10s"
            stream_silence = "1h"
            concurrency = 27
            request_timeout = "1m 30s"
            """
        )
        let connector = try #require(configuration.connectors.first)
        #expect(connector.name == "branch")
        #expect(!connector.isEnabled)
        #expect(connector.ewsURL == "https://mail.example.org/EWS/Exchange.asmx")
        #expect(connector.login == "EXAMPLE\\svc")
        #expect(connector.password == .file("/etc/freebusyd/password"))
        #expect(connector.authentication == .basic)
        #expect(connector.access == .delegate)
        #expect(connector.caFile == "/etc/freebusyd/ca.pem")
        #expect(connector.mailDomains == ["example.org", "example.net"])
        #expect(connector.notification == .push)
        let callback = try #require(connector.callback)
        #expect(callback.url == "https://freebusyd.example.org:4711/ews")
        #expect(callback.listen == ListenAddress(host: "::", port: 4_711))
        #expect(callback.identity?.certificate == "/etc/freebusyd/callback.pem")
        #expect(callback.identity?.privateKey == "/etc/freebusyd/callback-key.pem")
        #expect(callback.statusFrequencyInMinutes == 1_440)
        #expect(connector.pollInterval == 1)
        #expect(connector.accountAddress?.text == "svc@example.org")
        #expect(connector.automaticReplyPoll == 10)
        #expect(connector.streamSilence == 3_600)
        #expect(connector.concurrency == 27)
        #expect(connector.requestTimeout == 90)
    }

    @Test("the other tables reach their options")
    func otherOptions() throws {
        let configuration = try Self.parse(
            """
            [service]
            state_directory = "/srv/freebusyd"
            control_socket = "/srv/freebusyd/socket"
            log_level = "trace"
            [scan]
            lookahead_days = 40
            interval = "1h"
            reconcile = "7d"
            [presence]
            free = "unknown"
            tentative = "meeting"
            busy = "away"
            out_of_office = "meeting"
            working_elsewhere = "away"
            no_data = "available"
            automatic_reply = "meeting"
            stale_after = "2d"
            [[hook]]
            name = "log"
            command = ["/usr/bin/logger", "-t", "a b"]
            timeout = "5m"
            concurrency = 64
            """
        )
        #expect(configuration.service.stateDirectory == "/srv/freebusyd")
        #expect(configuration.service.controlSocket == "/srv/freebusyd/socket")
        #expect(configuration.service.logLevel == .trace)
        #expect(configuration.scan.lookaheadDays == 40)
        #expect(configuration.scan.interval == 3_600)
        #expect(configuration.scan.reconcile == 604_800)
        let rules = PresenceRules(
            free: .unknown,
            tentative: .meeting,
            busy: .away,
            outOfOffice: .meeting,
            workingElsewhere: .away,
            noData: .available,
            automaticReply: .meeting,
            staleAfter: 172_800
        )
        #expect(configuration.presence == rules)
        var hook = HookOptions(name: "log", action: .exec(command: ["/usr/bin/logger", "-t", "a b"]))
        hook.timeout = 300
        hook.concurrency = 64
        #expect(configuration.hooks == [hook])
    }

    @Test(
        "a server becomes the URL of EWS",
        arguments: [
            ("mail.example.com", "https://mail.example.com/EWS/Exchange.asmx"),
            ("Mail.Example.COM:8443", "https://mail.example.com:8443/EWS/Exchange.asmx"),
            ("192.0.2.7", "https://192.0.2.7/EWS/Exchange.asmx"),
            ("2001:db8::7", "https://[2001:db8::7]/EWS/Exchange.asmx"),
            ("[2001:db8::7]:444", "https://[2001:db8::7]:444/EWS/Exchange.asmx"),
            ("[2001:DB8::7]", "https://[2001:db8::7]/EWS/Exchange.asmx"),
            ("https://[2001:db8::7]:8443/", "https://[2001:db8::7]:8443/EWS/Exchange.asmx"),
            ("https://mail.example.com", "https://mail.example.com/EWS/Exchange.asmx"),
            ("HTTPS://mail.example.com/", "https://mail.example.com/EWS/Exchange.asmx"),
            ("https://mail.example.com/ews/", "https://mail.example.com/EWS/Exchange.asmx"),
            ("https://mail.example.com/ews/exchange.asmx", "https://mail.example.com/ews/exchange.asmx"),
            ("https://Mail.Example.com/Own/E.asmx", "https://mail.example.com/Own/E.asmx"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/EWS/Exchange.asmx"),
            ("http://localhost/EWS/Exchange.asmx", "http://localhost/EWS/Exchange.asmx"),
            ("http://[::1]:8080", "http://[::1]:8080/EWS/Exchange.asmx"),
            ("mail.example.com/ews", "https://mail.example.com/EWS/Exchange.asmx"),
            ("mail.example.com.", "https://mail.example.com/EWS/Exchange.asmx"),
            ("  mail.example.com.:8443 ", "https://mail.example.com:8443/EWS/Exchange.asmx"),
            ("//mail.example.com/EWS/", "https://mail.example.com/EWS/Exchange.asmx"),
            (#"\\\\MAIL\\ews"#, "https://mail/EWS/Exchange.asmx"),
            (#"https:\\\\mail.example.com\\ews\\exchange.asmx."#, "https://mail.example.com/ews/exchange.asmx"),
            ("https://mail.example.com/ews/exchange.asmx/", "https://mail.example.com/ews/exchange.asmx"),
            ("https://mail.example.com/ews/exchange.asmx?wsdl", "https://mail.example.com/ews/exchange.asmx"),
            ("https://mail.example.com/EWS/Services.wsdl", "https://mail.example.com/EWS/Exchange.asmx"),
            // As the registry of .de and UTS #46 have it.
            ("mail.München.example", "https://mail.xn--mnchen-3ya.example/EWS/Exchange.asmx"),
            ("https://例え.テスト:8443/ews", "https://xn--r8jz45g.xn--zckzah:8443/EWS/Exchange.asmx"),
        ]
    )
    func server(text: String, url: String) throws {
        let configuration = try Self.parse(Self.connector("hq", "server = \"\(text)\""))
        #expect(configuration.connectors.map(\.ewsURL) == [url])
    }

    @Test(
        "what names no server, or more than a server, is refused with its reason",
        arguments: [
            ("https://", "url.malformed"), ("://mail.example.com", "url.malformed"),
            ("https://anna:pw@mail.example.com", "url.malformed"), ("https://mail.example.com/#x", "url.malformed"),
            ("https://mail.example.com/e ws", "url.malformed"), ("mail.example.com:99999", "url.malformed"),
            ("[2001:db8::7", "url.malformed"), ("[mail.example.com]", "url.malformed"),
            ("2001:db8::7:444:1:2:3:4", "url.malformed"), ("http://mail.example.com/ews", "url.not-https"),
            ("http://127.example.com", "url.not-https"), ("http://127.0.0.1.example.com", "url.not-https"),
            ("http://localhost.example.com", "url.not-https"), ("http://[::2]", "url.not-https"),
            ("http://10.0.0.1", "url.not-https"), ("192.0.2.256", "url.malformed"), ("192.0.2", "url.malformed"),
            ("https://mail.example.com/owa", "url.malformed"), ("mün chen.example", "url.malformed"),
            ("mail..example.com", "url.malformed"), ("ews://mail.example.com", "url.malformed"),
        ]
    )
    func refusedServer(text: String, id: String) {
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Self.parse(Self.connector("hq", "server = \"\(text)\""))
        }
        #expect(errors?.diagnosis.id == id)
        #expect(errors.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test("a user is served by the connector it names, else by that of its domain, else by the only one")
    func userConnectors() throws {
        let two = Self.connector("hq", "mail_domains = [\"example.com\"]") + Self.connector("branch")
        let users = """
            [[user]]
            address = "Anna@Example.com"
            extension = "1001"
            display_name = "Anna Äpfel"
            [[user]]
            address = "ben@example.com"
            connector = "branch"
            calendar_integration = false
            """
        let configuration = try Self.parse(two + users)
        let anna = try #require(MailboxAddress("anna@example.com"))
        let ben = try #require(MailboxAddress("ben@example.com"))
        #expect(
            configuration.users == [
                User(address: anna, phoneExtension: "1001", displayName: "Anna Äpfel", connector: "hq"),
                User(address: ben, isEnabled: false, connector: "branch"),
            ]
        )
        let one = try Self.parse(Self.connector("only") + "[[user]]\naddress = \"ben@example.net\"\n")
        #expect(one.users.map(\.connector) == ["only"])
    }

    @Test("keys that have no use may stand in the file as long as they ask for nothing")
    func idleKeys() throws {
        let text = Self.connector(
            "hq",
            "autodiscover = false",
            "autodiscover_domains = []",
            "pinned_public_key = \"\"",
            "tenant = \"\"",
            "authority = \"https://login.microsoftonline.com\"",
            "scope = \"https://outlook.office365.com/.default\""
        )
        _ = try Self.parse(text + "[http]\nlisten = \"\"\ntls = {}\ntokens = []\n[users]\nfile = \"\"\n")
    }

    @Test(
        "data counts as stale an hour after the next reading should have renewed it, unless the file says when",
        arguments: [
            ("", 90_000), ("interval = \"1h\"", 90_000), ("reconcile = \"1m\"", 3_660),
            ("reconcile = \"never\"", 608_400), ("reconcile = \"never\"\ninterval = \"30d\"", 2_595_600),
            ("reconcile = \"never\"\n[presence]\nstale_after = \"1h\"", 3_600),
        ]
    )
    func staleness(scan: String, seconds: Double) throws {
        let configuration = try Self.parse("[scan]\n" + scan)
        #expect(configuration.presence.staleAfter == seconds)
        #expect((configuration.scan.reconcile == nil) == scan.contains("never"))
    }

    @Test("the summary tells what was loaded")
    func summary() throws {
        let configuration = try Self.parse(
            Self.connector("hq") + "[[user]]\naddress = \"anna@example.com\"\ncalendar_integration = false\n"
                + "[[hook]]\nname = \"log\"\ncommand = [\"/usr/bin/logger\"]\n"
        )
        #expect(
            configuration.summary == [
                "service: state in /var/lib/freebusyd, control socket /run/freebusyd/control.sock, log level info",
                "scan: 7 days ahead, every 7d, reconciled every 1d",
                "connector hq: https://mail.example.com/EWS/Exchange.asmx as svc@example.com, password from credential "
                    + "exchange (not looked for: systemd hands it to the service alone), authentication auto, access by "
                    + "impersonation, changes by streaming, else by pull",
                "users: 1 (1 through hq, 1 without calendar integration)",
                "hook log: runs /usr/bin/logger, for all users, at most 4 at once, 10s each",
            ]
        )
    }
}
