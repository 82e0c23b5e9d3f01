import Availability
import ConfigurationFile
import Foundation
import Testing

@Suite("The example and the documentation")
struct ExampleTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
    }

    /// Every key the decoder knows but those that are always refused, as `table.key`.
    private static var keys: Set<String> {
        Set(Configuration.knownKeys.flatMap { table, keys in keys.map { "\(table).\($0)" } })
    }

    @Test("the example loads without a mistake")
    func exampleLoads() throws {
        #expect(mistakes(in: try Self.text("config.example.toml")) == [])
    }

    @Test("the example names every key, and none that does not exist")
    func exampleNamesEveryKey() throws {
        var table = ""
        var found = Set<String>()
        for line in try Self.text("config.example.toml").split(separator: "\n") {
            // So do tables within others, which are keys of those too: `# [http.tls]`.
            if let header = line.wholeMatch(of: #/(?:# )?\[\[?([a-z._]+)\]\]?/#) {
                table = String(header.1)
                if table.contains(".") { found.insert(table) }
            }
            // Keys without a default stand in a comment: `# domain = "EXAMPLE"`.
            if let key = line.prefixMatch(of: #/(?:# )?([a-z_]+) = /#) { found.insert("\(table).\(key.1)") }
        }
        #expect(found == Self.keys)
    }

    @Test("the example gives every default of the tables that stand once")
    func exampleGivesDefaults() throws {
        let example = try Configuration.parse(
            text: try Self.text("config.example.toml"),
            file: "config.example.toml",
            environment: .fixture
        )
        #expect(example.service == ServiceOptions())
        #expect(example.http == HTTPOptions())
        #expect(example.scan == ScanOptions())
        // A day from one reconciliation to the next, and an hour for it to take place.
        #expect(example.presence == PresenceRules(staleAfter: 25 * 3_600))
        #expect(example.groupRefresh == 6 * 3_600)
        let connector = try #require(example.connectors.first)
        var plain = ConnectorOptions(
            name: "headquarters",
            ewsURL: "https://mail.example.com/EWS/Exchange.asmx",
            username: "freebusyd@example.com",
            password: .credential("exchange-password")
        )
        plain.mailDomains = ["example.com"]
        #expect(connector == plain)
        let command = ["/usr/bin/logger", "--tag", "freebusyd-hook"]
        #expect(example.hooks == [HookOptions(name: "journal", action: .exec(command: command))])
    }

    @Test("the documentation has every key in the table it belongs to, and none that does not exist")
    func documentationHasEveryKey() throws {
        var table = ""
        var found = Set<String>()
        for line in try Self.text("docs/configuration.md").split(separator: "\n") {
            if let header = line.wholeMatch(of: #/## `\[\[?([a-z._]+)\]\]?`/#) { table = String(header.1) }
            if let key = line.prefixMatch(of: #/\| `([a-z_]+)` \| /#) { found.insert("\(table).\(key.1)") }
        }
        #expect(found == Self.keys)
    }

    @Test("the documentation gives the defaults of the example")
    func documentationGivesDefaults() throws {
        let example = try Self.text("config.example.toml")
        let rows = try Self.text("docs/configuration.md").matches(of: #/\| `([a-z_]+)` \| `([^`]+)` \|/#)
        #expect(rows.count > 20)
        // What has an example value instead of the default there.
        for row in rows where row.1 != "mail_domains" {
            // A table that stands in a comment has its defaults there too.
            let lines = ["\n\(row.1) = \(row.2)\n", "\n# \(row.1) = \(row.2)\n"]
            #expect(lines.contains(where: example.contains), "\(row.1)")
        }
    }
}
