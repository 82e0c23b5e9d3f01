import Availability
import ConfigurationFile
import Foundation
import TestSupport
import Testing

@Suite("The API over TCP in the configuration")
struct HTTPTests {
    private static let tls = """
        tls = { certificate = "/etc/freebusyd/callback.pem", private_key = "/etc/freebusyd/callback-key.pem" }

        """
    private static let tokens = """
        tokens = [
            { name = "monitoring", token_file = "/etc/freebusyd/password" },
            { name = "pbx", token_credential = "pbx", access = "write" },
        ]

        """

    private static func parse(
        _ text: String,
        environment: ConfigurationEnvironment = .fixture
    ) throws(ConfigurationErrors) -> HTTPOptions {
        try Configuration.parse(text: "[http]\n" + text, file: "config.toml", environment: environment).http
    }

    @Test("nobody listens unless the file says so", arguments: ["", "listen = \"\"\ntls = {}\ntokens = []\n", tls])
    func off(text: String) throws {
        #expect(try Self.parse(text).listen == nil)
    }

    @Test("with certificate and tokens any address is taken")
    func complete() throws {
        let options = try Self.parse("listen = \"[::]:8125\"\n" + Self.tls + Self.tokens)
        #expect(options.listen == ListenAddress(host: "::", port: 8_125))
        #expect(
            options.identity
                == ServerIdentity(
                    certificate: "/etc/freebusyd/callback.pem",
                    privateKey: "/etc/freebusyd/callback-key.pem"
                )
        )
        #expect(
            options.tokens == [
                TokenOptions(name: "monitoring", source: .file("/etc/freebusyd/password"), access: .read),
                TokenOptions(name: "pbx", source: .credential("pbx"), access: .write),
            ]
        )
    }

    @Test(
        "addresses that no other machine reaches need neither",
        arguments: ["127.0.0.1:8125", "127.1.2.3:1", "[::1]:65535"]
    )
    func loopback(address: String) throws {
        #expect(try Self.parse("listen = \"\(address)\"\n").listen?.description == address)
    }

    @Test(
        "every other address needs both",
        arguments: ["0.0.0.0:8125", "[::]:8125", "192.0.2.7:8125", "[::ffff:127.0.0.1]:8125", "128.0.0.1:8125"]
    )
    func reachable(address: String) {
        for keys in ["", Self.tls, Self.tokens] {
            #expect(throws: ConfigurationErrors.self) { try Self.parse("listen = \"\(address)\"\n" + keys) }
        }
    }

    @Test("two tokens that are the same are refused, at the second one, without showing it")
    func sameToken() throws {
        let token = String(repeating: "0123", count: 8)
        var environment = ConfigurationEnvironment.fixture
        environment.token = { _ throws(TokenError) in token }
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Self.parse(Self.tokens, environment: environment)
        }
        #expect(
            try #require(errors).mistakes.map(\.description) == [
                "config.toml:4:40: token_credential: the token in the credential pbx is the same as that of line 3"
            ]
        )
    }

    @Test("the group of writers is one that the machine has")
    func writerGroup() throws {
        var environment = ConfigurationEnvironment.fixture
        environment.groupNumber = { $0 == "freebusyd-admin" ? 961 : nil }
        func group(_ name: String) throws(ConfigurationErrors) -> SystemGroup? {
            let text = "[service]\nwriter_group = \"\(name)\"\n"
            return try Configuration.parse(text: text, file: "", environment: environment).service.writerGroup
        }
        #expect(try group("freebusyd-admin") == SystemGroup(name: "freebusyd-admin", number: 961))
        #expect(try group("") == nil)
    }

    @Test("the system's own groups are found by name: root's has the number 0 on every Linux")
    func realGroup() {
        #expect(ConfigurationEnvironment.system.groupNumber("root") == 0)
        #expect(ConfigurationEnvironment.system.groupNumber("no such group") == nil)
    }

    @Test("the summary says where the API is and for whom")
    func summary() throws {
        func summary(_ text: String) throws -> String? {
            try Configuration.parse(text: "[http]\n" + text, file: "", environment: .fixture).summary
                .first { $0.hasPrefix("http: ") }
        }
        #expect(try summary("") == nil)
        #expect(
            try summary("listen = \"127.0.0.1:8125\"\n")
                == "http: the control API on http://127.0.0.1:8125 for everybody on this machine to read"
        )
        #expect(
            try summary("listen = \"127.0.0.1:8125\"\n" + Self.tls + Self.tokens)
                == "http: the control API on https://127.0.0.1:8125 for the tokens monitoring (read), pbx (write)"
        )
    }
}

@Suite("Tokens")
struct TokenTests {
    private func error(_ content: String) throws -> TokenError? {
        let folder = try TemporaryFolder()
        let source = PasswordSource.file(try folder.write(content, to: "token"))
        return #expect(throws: TokenError.self) { try source.readToken(credentialsDirectory: nil) }
    }

    @Test(
        "a token is the first line of the file, of 32 to 512 characters that RFC 6750 gives to tokens",
        arguments: [
            String(repeating: "a", count: 32), String(repeating: "Z9", count: 256),
            "ABCxyz0189-._~+/ABCxyz0189-._~+/==",
        ]
    )
    func taken(token: String) throws {
        let folder = try TemporaryFolder()
        let source = PasswordSource.file(try folder.write(token + "\nmore\n", to: "token"))
        #expect(try source.readToken(credentialsDirectory: nil) == token)
    }

    @Test("one character too few or too many is refused", arguments: [1, 31, 513])
    func length(count: Int) throws {
        #expect(try error(String(repeating: "a", count: count))?.cause == .length)
    }

    @Test("what no header can carry as a token is refused", arguments: [" ", "\u{e4}", "\"", ":", "\t"])
    func characters(character: String) throws {
        #expect(try error(String(repeating: "a", count: 40) + character)?.cause == .characters)
    }

    @Test("what is wrong is told in sentences that do not hold the token")
    func wording() throws {
        let token = "secret token of somebody who likes spaces"
        let told = try #require(try error(token))
        #expect(flaws(in: told.diagnosis) == [])
        #expect(told.diagnosis.id == "config.token-unreadable")
        #expect(!"\(told) \(told.diagnosis)".contains("secret"))
        let absent = #expect(throws: TokenError.self) {
            try PasswordSource.credential("absent").readToken(credentialsDirectory: nil)
        }
        #expect(absent.map { flaws(in: $0.diagnosis) } == [])
    }
}
