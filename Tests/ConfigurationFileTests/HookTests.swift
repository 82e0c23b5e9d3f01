import Availability
import ConfigurationFile
import Foundation
import Testing

@Suite("Hooks in the configuration")
struct HookTests {
    private static func hook(
        _ keys: String,
        environment: ConfigurationEnvironment = .fixture
    ) throws -> HookOptions {
        let text = """
            [[connector]]
            name = "hq"
            server = "mail.example.com"
            username = "svc@example.com"
            password_credential = "exchange"

            [[hook]]
            name = "pbx"
            \(keys)
            """
        let configuration = try Configuration.parse(text: text, file: "config.toml", environment: environment)
        return try #require(configuration.hooks.first)
    }

    @Test("a webhook needs no more than a URL and a key")
    func shortestWebhook() throws {
        let hook = try Self.hook(
            """
            kind = "webhook"
            url = "https://pbx.example.com/presence"
            secret_file = "/etc/freebusyd/signing-key"
            """
        )
        let options = WebhookOptions(
            url: "https://pbx.example.com/presence",
            secret: .file("/etc/freebusyd/signing-key")
        )
        #expect(hook == HookOptions(name: "pbx", action: .webhook(options)))
        #expect(hook.concurrency == 4 && hook.timeout == 10)
        #expect(hook.resendRate == 100 && hook.resendAfterOutage == 60)
    }

    @Test("a webhook with every key")
    func wholeWebhook() throws {
        let pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        let hook = try Self.hook(
            """
            kind = "webhook"
            url = "https://PBX.example.com:8443/presence?site=1"
            secret_credential = "new"
            previous_secret_file = "/etc/freebusyd/signing-key"
            ca_file = "/etc/freebusyd/ca.pem"
            pinned_public_key = "\(pin)"
            timeout = "30s"
            concurrency = 8
            extensions = ["2*", "31??"]
            connectors = ["hq"]
            presences = ["meeting", "away"]
            resend_rate = 5
            resend_after_outage = "never"
            """
        )
        var options = WebhookOptions(url: "https://pbx.example.com:8443/presence?site=1", secret: .credential("new"))
        options.previousSecret = .file("/etc/freebusyd/signing-key")
        options.caFile = "/etc/freebusyd/ca.pem"
        options.pinnedPublicKey = pin
        var expected = HookOptions(name: "pbx", action: .webhook(options))
        expected.timeout = 30
        expected.concurrency = 8
        expected.audience = HookAudience(
            extensions: ["2*", "31??"],
            connectors: ["hq"],
            presences: [.meeting, .away]
        )
        expected.resendRate = 5
        expected.resendAfterOutage = nil
        #expect(hook == expected)
        #expect(options.shownURL == "https://pbx.example.com:8443/presence?…")
    }

    @Test(
        "http is taken where nobody else can listen",
        arguments: ["http://127.0.0.1:8080/a", "http://[::1]/a", "http://localhost:1/a"]
    )
    func loopbackWebhook(url: String) throws {
        let hook = try Self.hook("kind = \"webhook\"\nurl = \"\(url)\"\nsecret_credential = \"pbx\"")
        guard case .webhook(let options) = hook.action else { throw Unexpected() }
        #expect(options.url == url)
    }

    private struct Unexpected: Error {}

    @Test(
        "a signing key has 24 to 64 bytes, in base64 behind whsec_",
        arguments: [
            (23, "whsec_", false), (24, "whsec_", true), (64, "whsec_", true), (65, "whsec_", false), (32, "", false),
            (32, "WHSEC_", false), (32, "whsec_ ", false),
        ]
    )
    func signingKeys(length: Int, prefix: String, isRight: Bool) throws {
        let text = prefix + Data(repeating: 7, count: length).base64EncodedString()
        var environment = ConfigurationEnvironment.fixture
        environment.secret = { _ throws(PasswordError) in Array("\(text)\r\nsomething else".utf8) }
        let keys = "kind = \"webhook\"\nurl = \"https://pbx.example.com/\"\nsecret_credential = \"pbx\""
        if isRight {
            _ = try Self.hook(keys, environment: environment)
        } else {
            #expect(throws: ConfigurationErrors.self) { try Self.hook(keys, environment: environment) }
        }
    }

    @Test("a key is read from the first line of its file")
    func readingKeys() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("signing-key-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let source = PasswordSource.file(file.path)
        try Data("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n".utf8).write(to: file)
        // The bytes by `echo MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | base64 -d | xxd -p`.
        let key: [UInt8] = [
            0x31, 0xF2, 0x90, 0xF6, 0xBF, 0x06, 0x29, 0x8A, 0xAB, 0x4F, 0x08, 0xD4, 0x3C, 0x3F, 0x08, 0x2C, 0xF6, 0x48,
            0xA3, 0x62, 0xDA, 0x2D, 0xA4, 0xB0,
        ]
        #expect(try source.readSigningKey(credentialsDirectory: nil) == key)
        try Data("correct horse\n".utf8).write(to: file)
        let error = #expect(throws: SigningKeyError.self) { try source.readSigningKey(credentialsDirectory: nil) }
        let diagnosis = try #require(error).diagnosis
        #expect(diagnosis.id == "config.signing-key-unreadable")
        #expect(!"\(try #require(error)) \(diagnosis.summary) \(diagnosis.remedy)".contains("correct"))
    }

    @Test("sip-publish needs no more than a server and a presentity, and has a wider window")
    func shortestPublishing() throws {
        let hook = try Self.hook(
            "kind = \"sip-publish\"\nserver = \"sip.example.com\"\npresentity = \"sip:{extension}@sip.example.com\""
        )
        var expected = HookOptions(
            name: "pbx",
            action: .sipPublish(
                SIPPublishOptions(host: "sip.example.com", presentity: "sip:{extension}@sip.example.com")
            )
        )
        expected.concurrency = 20
        #expect(hook == expected)
    }

    @Test("sip-publish with every key")
    func wholePublishing() throws {
        let hook = try Self.hook(
            """
            kind = "sip-publish"
            server = "[2001:DB8::5]:5061"
            transport = "tls"
            presentity = "pres:{user}+{extension}@{domain}"
            username = "freebusyd"
            password_file = "/etc/freebusyd/password"
            expires = "5m"
            announcement = "none"
            ca_file = "/etc/freebusyd/ca.pem"
            concurrency = 1
            """
        )
        var options = SIPPublishOptions(host: "2001:db8::5", presentity: "pres:{user}+{extension}@{domain}")
        options.port = 5_061
        options.transport = .tls
        options.username = "freebusyd"
        options.password = .file("/etc/freebusyd/password")
        options.expires = 300
        options.announcement = .none
        options.caFile = "/etc/freebusyd/ca.pem"
        var expected = HookOptions(name: "pbx", action: .sipPublish(options))
        expected.concurrency = 1
        #expect(hook == expected)
    }

    @Test(
        "Asterisk listens on a port of its own for each transport",
        arguments: [
            ("server = \"pbx.example.com\"", "pbx.example.com", 5_038),
            (
                "server = \"pbx.example.com\"\ntransport = \"tls\"\nca_file = \"/etc/freebusyd/ca.pem\"",
                "pbx.example.com", 5_039
            ),
            ("server = \"[::1]:15038\"\nauthentication = \"plain\"", "::1", 15_038),
        ] as [(String, String, UInt16)]
    )
    func asteriskPorts(keys: String, host: String, port: UInt16) throws {
        let hook = try Self.hook("kind = \"asterisk-ami\"\nusername = \"a\"\nsecret_credential = \"ami\"\n\(keys)")
        guard case .asterisk(let options) = hook.action else { throw Unexpected() }
        #expect(options.host == host && options.port == port)
        #expect(options.presenceState == "CustomPresence:{extension}" && options.deviceState == "Custom:{extension}")
        #expect(options.announcement == .external && hook.concurrency == 20)
    }

    @Test("either state of Asterisk can be switched off")
    func asteriskStates() throws {
        let keys = "kind = \"asterisk-ami\"\nserver = \"pbx\"\nusername = \"a\"\nsecret_credential = \"ami\"\n"
        guard case .asterisk(let presence) = try Self.hook(keys + "device_state = \"\"").action,
            case .asterisk(let device) = try Self.hook(
                keys + "presence_state = \"\"\ndevice_state = \"Custom:fb-{user}\""
            ).action
        else { throw Unexpected() }
        #expect(presence.deviceState == nil && presence.presenceState == "CustomPresence:{extension}")
        #expect(device.presenceState == nil && device.deviceState == "Custom:fb-{user}")
    }

    @Test("each kind has a line in the summary, without a secret")
    func summary() throws {
        let text = """
            [[hook]]
            name = "web"
            kind = "webhook"
            url = "https://pbx.example.com/presence?token=correct"
            secret_credential = "new"
            previous_secret_credential = "old"
            extensions = ["2*", "31??"]
            presences = ["away", "meeting"]

            [[hook]]
            name = "sip"
            kind = "sip-publish"
            server = "192.0.2.5:5060"
            transport = "tcp"
            presentity = "sip:{extension}@pbx.example.com"
            username = "freebusyd"
            password_credential = "sip"

            [[hook]]
            name = "ami"
            kind = "asterisk-ami"
            server = "pbx.example.com"
            username = "freebusyd"
            secret_credential = "ami"
            device_state = ""
            """
        let lines = try Configuration.parse(text: text, file: "config.toml", environment: .fixture).summary
        let web = """
            hook web: posts to https://pbx.example.com/presence?… with two keys, for extensions 2* 31?? when meeting or \
            away, at most 4 at once, 10s each
            """
        let sip = """
            hook sip: publishes sip:{extension}@pbx.example.com at 192.0.2.5:5060 over tcp as freebusyd, renewed within \
            1h, with the announcement for colleagues, for all users, at most 20 at once, 10s each
            """
        let ami = """
            hook ami: sets CustomPresence:{extension} of Asterisk at pbx.example.com:5038 over tcp as freebusyd, with \
            the announcement for callers, for all users, at most 20 at once, 10s each
            """
        #expect(lines.suffix(3) == [web, sip, ami])
    }
}
