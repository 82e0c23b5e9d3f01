import Availability
import ConfigurationFile
import Testing

@Suite("How Exchange is to tell of changes")
struct NotificationTests {
    /// The one connector of a file that has these lines beside the necessary ones.
    private static func connector(_ lines: String...) throws -> ConnectorOptions {
        let always = [
            "[[connector]]", "name = \"hq\"", "server = \"mail.example.com\"", "username = \"svc@example.com\"",
            "password_credential = \"exchange\"",
        ]
        let text = (always + lines).joined(separator: "\n")
        let configuration = try Configuration.parse(text: text, file: "config.toml", environment: .fixture)
        return try #require(configuration.connectors.first)
    }

    private static func callback(_ url: String, _ lines: String...) throws -> CallbackOptions {
        let push = "notification = \"push\"\ncallback_url = \"\(url)\""
        return try #require(try connector(push, lines.joined(separator: "\n")).callback)
    }

    private static let files = """
        callback_certificate = "/etc/freebusyd/callback.pem"
        callback_private_key = "/etc/freebusyd/callback-key.pem"
        """

    @Test(
        "each word allows its ways, the preferred one first",
        arguments: [
            ("auto", [.streaming, .pull]), ("streaming", [.streaming]), ("pull", [.pull]), ("none", []),
        ] as [(String, [NotificationMethod])]
    )
    func words(word: String, methods: [NotificationMethod]) throws {
        let connector = try Self.connector("notification = \"\(word)\"")
        #expect(connector.notification.methods == methods)
        #expect(connector.callback == nil)
    }

    @Test("without a word, and without the other keys, the defaults hold")
    func defaults() throws {
        let connector = try Self.connector()
        #expect(connector.notification == .auto)
        #expect(connector.pollInterval == 60)
        #expect(connector.streamSilence == 100)
    }

    @Test("push by itself listens on port 21020 of all addresses, and is called every five minutes")
    func push() throws {
        let connector = try Self.connector(
            "notification = \"push\"",
            "callback_url = \"https://freebusyd.example.com\"",
            Self.files
        )
        #expect(connector.notification.methods == [.push])
        let callback = try #require(connector.callback)
        #expect(callback.listen == ListenAddress(host: "0.0.0.0", port: 21_020))
        #expect(callback.statusFrequencyInMinutes == 5)
    }

    @Test(
        "a callback URL keeps its path, and loses the slash at its end",
        arguments: [
            ("https://FreeBusyd.Example.com", "https://freebusyd.example.com"),
            ("https://freebusyd.example.com:21020/", "https://freebusyd.example.com:21020"),
            ("HTTPS://192.0.2.7/From/Exchange//", "https://192.0.2.7/From/Exchange"),
            ("https://[2001:DB8::7]:21020", "https://[2001:db8::7]:21020"),
        ]
    )
    func urls(text: String, url: String) throws {
        #expect(try Self.callback(text, Self.files).url == url)
    }

    @Test("on this machine a callback may do without certificate", arguments: ["localhost", "127.0.0.2", "[::1]"])
    func loopback(host: String) throws {
        let callback = try Self.callback("http://\(host):21020", "callback_certificate = \"\"")
        #expect(callback.url == "http://\(host):21020")
        #expect(callback.identity == nil)
    }

    @Test(
        "an address to listen on is understood in every spelling, and written in one",
        arguments: [
            ("127.0.0.1:1", "127.0.0.1", 1), ("[::1]:65535", "::1", 65_535), ("[0:0:0:0:0:0:0:1]:80", "::1", 80),
            ("[2001:DB8::7]:443", "2001:db8::7", 443),
        ]
    )
    func listening(text: String, host: String, port: Int) throws {
        let callback = try Self.callback("http://localhost", "callback_listen = \"\(text)\"")
        #expect(callback.listen == ListenAddress(host: host, port: port))
        #expect(callback.listen.description == (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"))
    }

    @Test("the old example's empty callback still asks for nothing")
    func emptyCallback() throws {
        #expect(try Self.connector("callback_url = \"\"", "callback_listen = \"0.0.0.0:21020\"").callback == nil)
    }

    @Test(
        "the summary says how changes are learned of",
        arguments: [
            ("notification = \"none\"", "no notifications, scans alone find the changes"),
            ("notification = \"pull\"", "changes by pull"),
            (
                "notification = \"push\"\ncallback_url = \"http://[::1]/x\"\ncallback_listen = \"[::1]:80\"",
                "changes by push to http://[::1]/x (listening on [::1]:80)"
            ),
        ]
    )
    func summary(lines: String, words: String) throws {
        var configuration = try Configuration.parse(text: "", file: "config.toml", environment: .fixture)
        configuration.connectors = [try Self.connector(lines)]
        #expect(configuration.summary.contains { $0.hasPrefix("connector hq: ") && $0.hasSuffix(", \(words)") })
        configuration.scan.reconcile = nil
        #expect(configuration.summary.contains("scan: 7 days ahead, every 7d, never reconciled"))
    }
}
