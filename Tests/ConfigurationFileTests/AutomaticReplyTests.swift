import Availability
import ConfigurationFile
import Testing

@Suite("How automatic replies are looked for")
struct AutomaticReplyTests {
    private static func connector(_ lines: String...) throws -> ConnectorOptions {
        let always = ["[[connector]]", "name = \"hq\"", "server = \"mail.example.com\"", "password_credential = \"x\""]
        let text = (always + lines).joined(separator: "\n")
        let configuration = try Configuration.parse(text: text, file: "config.toml", environment: .fixture)
        return try #require(configuration.connectors.first)
    }

    @Test("every minute without a word, and never where that is said")
    func poll() throws {
        let account = "username = \"svc@example.com\""
        #expect(try Self.connector(account).automaticReplyPoll == 60)
        #expect(try Self.connector(account, "automatic_reply_poll = \"never\"").automaticReplyPoll == nil)
        #expect(try Self.connector(account, "automatic_reply_poll = \"1d\"").automaticReplyPoll == 86_400)
    }

    @Test(
        "the account's address is the one given, else the user name where that is one",
        arguments: [
            (["username = \"Svc@example.com\""], "svc@example.com"),
            (["username = \"svc@example.local\"", "account_address = \"svc@example.com\""], "svc@example.com"),
            (["username = \"EXAMPLE\\\\svc\""], nil),
            (["username = \"svc\"", "domain = \"EXAMPLE\""], nil),
            (["username = \"EXAMPLE\\\\svc\"", "account_address = \"svc@example.com\""], "svc@example.com"),
        ] as [([String], String?)]
    )
    func address(lines: [String], address: String?) throws {
        #expect(try Self.connector(lines.joined(separator: "\n")).ownAddress?.text == address)
    }

    @Test("what is no address is a mistake with its place")
    func noAddress() throws {
        #expect(throws: ConfigurationErrors.self) {
            try Self.connector("username = \"svc@example.com\"", "account_address = \"svc\"")
        }
    }

    @Test("the summary says where scans alone read them")
    func summary() throws {
        var configuration = try Configuration.parse(text: "", file: "config.toml", environment: .fixture)
        for (line, isTold) in [("automatic_reply_poll = \"never\"", true), ("", false)] {
            configuration.connectors = [try Self.connector("username = \"svc@example.com\"", line)]
            #expect(configuration.summary.contains { $0.contains("automatic replies read by scans alone") } == isTold)
        }
    }
}
