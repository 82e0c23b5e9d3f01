import Availability
import ConfigurationFile
import Foundation
import TestSupport
import Testing

@Suite("Logins in the configuration")
struct LoginTests {
    private static func configuration(
        _ lines: String,
        environment: ConfigurationEnvironment = .fixture
    ) throws(ConfigurationErrors) -> Configuration {
        let text = "[[connector]]\nname = \"hq\"\n" + lines
        return try Configuration.parse(text: text, file: "config.toml", environment: environment)
    }

    private static func connector(_ lines: String) throws -> ConnectorOptions {
        try #require(try configuration(lines).connectors.first)
    }

    private static let application = """
        server = "outlook.office365.com"
        authentication = "oauth2"
        tenant = "Example.onmicrosoft.com"
        client_id = "9c1e2c0c-2b9f-4d8b-8a4e-1a5b0f3a7c11"

        """

    @Test("an application with a secret")
    func secret() throws {
        let connector = try Self.connector(Self.application + "client_secret_file = \"/etc/freebusyd/password\"\n")
        let application = try #require(connector.application)
        #expect(connector.authentication == .oauth2)
        #expect(application.tenant == "Example.onmicrosoft.com")
        #expect(application.clientID == "9c1e2c0c-2b9f-4d8b-8a4e-1a5b0f3a7c11")
        #expect(application.proof == .secret(.file("/etc/freebusyd/password")))
        #expect(application.authority == "https://login.microsoftonline.com")
        #expect(application.scope == "https://outlook.office365.com/.default")
        #expect(connector.username == "" && connector.password == nil && connector.ownAddress == nil)
    }

    @Test("an application with a certificate, at an authority of its own")
    func certificate() throws {
        let connector = try Self.connector(
            Self.application + """
                client_certificate = "/etc/freebusyd/callback.pem"
                client_private_key_file = "/etc/freebusyd/other-key.pem"
                authority = "http://127.0.0.1:8080/login/"
                scope = "ews"
                account_address = "svc@example.com"
                """
        )
        let application = try #require(connector.application)
        #expect(
            application.proof
                == .certificate(
                    path: "/etc/freebusyd/callback.pem",
                    privateKey: .file("/etc/freebusyd/other-key.pem")
                )
        )
        #expect(application.authority == "http://127.0.0.1:8080/login")
        #expect(application.scope == "ews")
        #expect(connector.ownAddress?.text == "svc@example.com")
    }

    @Test("Kerberos with a keytab or a ticket, as a user or a principal")
    func negotiate() throws {
        let keytab = try Self.connector(
            """
            server = "mail.example.com"
            authentication = "negotiate"
            keytab_file = "/etc/freebusyd/keytab"
            principal = "svc@EXAMPLE.COM"
            """
        )
        #expect(keytab.keytab == .file("/etc/freebusyd/keytab"))
        #expect(keytab.principal == "svc@EXAMPLE.COM")
        #expect(keytab.password == nil && keytab.username == "")
        let ticket = try Self.connector(
            "server = \"mail.example.com\"\nauthentication = \"negotiate\"\nusername = \"svc@example.com\"\n"
        )
        #expect(ticket.keytab == nil && ticket.principal == nil)
        #expect(ticket.login == "svc@example.com")
    }

    @Test(
        "auto takes a password, a keytab, or both",
        arguments: [
            ("password_credential = \"p\"", true, false), ("keytab_credential = \"k\"", false, true),
            ("password_credential = \"p\"\nkeytab_file = \"/etc/freebusyd/keytab\"", true, true),
        ]
    )
    func auto(lines: String, hasPassword: Bool, hasKeytab: Bool) throws {
        let connector = try Self.connector("server = \"mail.example.com\"\nusername = \"a@example.com\"\n\(lines)\n")
        #expect(connector.authentication == .auto)
        #expect((connector.password != nil) == hasPassword)
        #expect((connector.keytab != nil) == hasKeytab)
    }

    @Test("a server that is found by an address, which is the user name or stands beside it")
    func autodiscover() throws {
        let lines = "autodiscover = true\nautodiscover_domains = [\"Example.NET\"]\npassword_credential = \"p\"\n"
        let plain = try Self.connector(lines + "username = \"svc@example.com\"\n")
        #expect(plain.ewsURL == nil)
        #expect(plain.autodiscoverDomains == ["example.net"])
        #expect(plain.ownAddress?.domain == "example.com")
        let windows = try Self.connector(lines + "username = 'EXAMPLE\\svc'\naccount_address = \"svc@example.org\"\n")
        #expect(windows.ownAddress?.domain == "example.org")
    }

    @Test("pins of one key, or of the next one too")
    func pins() throws {
        let pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        let lines = "server = \"mail.example.com\"\nusername = \"a@example.com\"\npassword_credential = \"p\"\n"
        #expect(try Self.connector(lines + "pinned_public_key = \"\(pin)\"\n").pinnedPublicKey == pin)
        #expect(
            try Self.connector(lines + "pinned_public_key = \"\(pin); \(pin)\"\n").pinnedPublicKey == "\(pin);\(pin)"
        )
        #expect(try Self.connector(lines + "pinned_public_key = \"\"\n").pinnedPublicKey == nil)
    }

    @Test("where Autodiscover lacks an address, the diagnosis says so")
    func diagnosis() {
        let windows = "autodiscover = true\nusername = 'EXAMPLE\\svc'\npassword_credential = \"p\"\n"
        let errors = #expect(throws: ConfigurationErrors.self) { try Self.configuration(windows) }
        #expect(errors?.diagnosis.id == "config.username-not-email")
        #expect(errors.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test("a keytab and a key are looked into where they are kept, and never repeated")
    func secretsOnDisk() throws {
        let folder = try TemporaryFolder()
        let text = try folder.write("correct horse\n", to: "text", permissions: 0o600)
        let keytab = folder.file("keytab")
        try Data([5, 2, 0, 0]).write(to: URL(fileURLWithPath: keytab))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keytab)
        let daemon = ConfigurationEnvironment.daemon(credentialsDirectory: folder.path)
        func mistakes(_ line: String, _ environment: ConfigurationEnvironment) -> [String] {
            let lines = "server = \"mail.example.com\"\nauthentication = \"negotiate\"\nusername = \"a@example.com\"\n"
            do throws(ConfigurationErrors) {
                _ = try Self.configuration(lines + line, environment: environment)
                return []
            } catch {
                return error.mistakes.map(\.message)
            }
        }
        #expect(mistakes("keytab_file = \"\(keytab)\"", .system) == [])
        #expect(mistakes("keytab_credential = \"keytab\"", daemon) == [])
        #expect(mistakes("keytab_credential = \"text\"", .system) == [])
        #expect(
            mistakes("keytab_credential = \"text\"", daemon) == [
                "keytab_credential: what is in the credential text is no keytab; make one with ktutil or ktpass"
            ]
        )
        #expect(
            mistakes("keytab_credential = \"absent\"", daemon) == [
                "keytab_credential: the keytab in the credential absent cannot be read"
            ]
        )
        #expect(
            mistakes("keytab_file = \"\(text)\"", .system) == [
                "keytab_file: what is in the file \(text) is no keytab; make one with ktutil or ktpass"
            ]
        )
    }

    @Test(
        "the summary tells who logs in, where and by what proof, and no secret",
        arguments: [
            (
                application + "client_secret_file = \"/etc/freebusyd/password\"\n",
                "connector hq: https://outlook.office365.com/EWS/Exchange.asmx as the application "
                    + "9c1e2c0c-2b9f-4d8b-8a4e-1a5b0f3a7c11 of Example.onmicrosoft.com, secret from file "
                    + "/etc/freebusyd/password, token from https://login.microsoftonline.com for "
                    + "https://outlook.office365.com/.default, authentication oauth2, access by impersonation, changes by "
                    + "streaming, else by pull, automatic replies read one by one, since account_address is not given"
            ),
            (
                "autodiscover = true\nauthentication = \"negotiate\"\nusername = \"svc@example.com\"\n",
                "connector hq: found by Autodiscover of example.com as svc@example.com, ticket of the daemon's user, "
                    + "authentication negotiate, access by impersonation, changes by streaming, else by pull"
            ),
            (
                "server = \"mail\"\nprincipal = \"svc@EXAMPLE.COM\"\nauthentication = \"negotiate\"\n"
                    + "keytab_credential = \"k\"\naccount_address = \"svc@example.com\"\nnotification = \"none\"\n",
                "connector hq: https://mail/EWS/Exchange.asmx as svc@EXAMPLE.COM, keytab from credential k (not looked "
                    + "for: systemd hands it to the service alone), authentication negotiate, access by impersonation, no "
                    + "notifications, scans alone find the changes"
            ),
        ]
    )
    func summary(lines: String, line: String) throws {
        #expect(try Self.configuration(lines).summary.filter { $0.hasPrefix("connector") } == [line])
    }

    @Test("who names a connector stays with it, in either file; who does not may be moved")
    func settledUsers() throws {
        let connectors = """
            server = "mail.example.com"
            username = "svc@example.com"
            password_credential = "p"
            mail_domains = ["example.com"]
            [users]
            file = "/etc/freebusyd/users.csv"
            [[user]]
            address = "ada@example.com"
            connector = "hq"
            [[user]]
            address = "ben@example.com"

            """
        let users = Array("address,connector\ncyd@example.com,\ndan@example.com,hq\n".utf8)
        let configuration = try Self.configuration(
            connectors,
            environment: .fixture(with: ["/etc/freebusyd/users.csv": users])
        )
        #expect(configuration.users.count == 4)
        #expect(configuration.settled.map(\.text).sorted() == ["ada@example.com", "dan@example.com"])
    }
}
