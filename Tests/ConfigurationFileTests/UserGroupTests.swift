import Availability
import ConfigurationFile
import Testing

@Suite("Users from groups")
struct UserGroupTests {
    private static func configuration(_ tables: String) throws -> Configuration {
        let connectors = ["hq": "example.com", "branch": "example.org"].sorted { $0.key > $1.key }.map { name, domain in
            """
            [[connector]]
            name = "\(name)"
            server = "mail.\(domain)"
            username = "svc@\(domain)"
            password_credential = "exchange"
            mail_domains = ["\(domain)"]

            """
        }
        return try Configuration.parse(
            text: connectors.joined() + tables,
            file: "config.toml",
            environment: .fixture(with: ["users.csv": Array("address\ncsv@example.com\n".utf8)])
        )
    }

    private static func address(_ text: String) throws -> MailboxAddress { try #require(MailboxAddress(text)) }

    /// The users, as `address connector`, with ` off` where the calendar is not read.
    private static func users(_ configuration: Configuration, _ members: [String: [String]]) throws -> [String] {
        let known = Dictionary(
            uniqueKeysWithValues: try members.map { group, names in
                (try address(group), try names.map { DirectoryMember(try address($0)) })
            }
        )
        return configuration.users(with: known).map { user in
            "\(user.address) \(user.connector)\(user.isEnabled ? "" : " off")"
        }
    }

    @Test("a group is read with its connector, by name or by mail domain")
    func groups() throws {
        let configuration = try Self.configuration(
            """
            [users]
            refresh = "15m"
            [[user_group]]
            address = "Team@example.org"
            [[user_group]]
            address = "all@example.net"
            connector = "hq"
            calendar_integration = false
            """
        )
        #expect(
            configuration.userGroups == [
                UserGroup(address: try Self.address("team@example.org"), connector: "branch"),
                UserGroup(address: try Self.address("all@example.net"), connector: "hq", isEnabled: false),
            ]
        )
        #expect(configuration.groupRefresh == 900)
    }

    @Test("without a word of groups there are none, and the rhythm is six hours")
    func none() throws {
        let configuration = try Self.configuration("")
        #expect(configuration.userGroups == [])
        #expect(configuration.groupRefresh == 6 * 3_600)
    }

    @Test("members become users of the connector of their mail domain, else of that of the group")
    func members() throws {
        let table = "[[user_group]]\naddress = \"all@example.net\"\nconnector = \"branch\""
        let configuration = try Self.configuration(table)
        let members = ["all@example.net": ["a@example.com", "b@example.org", "c@example.net"]]
        #expect(
            try Self.users(configuration, members)
                == ["a@example.com hq", "b@example.org branch", "c@example.net branch"]
        )
    }

    @Test("who stands in the file is described there, and who is in two groups by the first")
    func precedence() throws {
        let configuration = try Self.configuration(
            """
            [users]
            file = "users.csv"
            [[user]]
            address = "table@example.com"
            extension = "1001"
            connector = "branch"
            [[user_group]]
            address = "first@example.com"
            calendar_integration = false
            [[user_group]]
            address = "second@example.com"
            """
        )
        let members = [
            "first@example.com": ["both@example.com", "table@example.com"],
            "second@example.com": ["both@example.com", "csv@example.com", "own@example.com"],
            "foreign@example.com": ["stranger@example.com"],
        ]
        #expect(
            try Self.users(configuration, members) == [
                "table@example.com branch", "csv@example.com hq", "both@example.com hq off", "own@example.com hq",
            ]
        )
        #expect(configuration.users(with: [:]) == configuration.users)
        let team = try Self.address("first@example.com")
        let member = DirectoryMember(try Self.address("a@example.com"), displayName: "A")
        let all = configuration.users(with: [team: [member]])
        #expect(all.first?.phoneExtension == "1001")
        #expect(all.last?.displayName == "A")
        #expect(all.last?.phoneExtension == nil)
    }

    @Test("groups give at most as many users as a users file")
    func limit() throws {
        let user = "[[user]]\naddress = \"z@example.com\"\n"
        let configuration = try Self.configuration(user + "[[user_group]]\naddress = \"all@example.com\"")
        let many = try (0...Configuration.mostMembers).map { DirectoryMember(try Self.address("u\($0)@example.com")) }
        let users = configuration.users(with: [try Self.address("all@example.com"): many])
        #expect(Configuration.mostMembers == 100_000)
        #expect(users.count == 100_001)
    }

    @Test("the summary tells where more users come from")
    func summary() throws {
        let configuration = try Self.configuration(
            """
            [[user_group]]
            address = "team@example.com"
            [[user_group]]
            address = "all@example.net"
            connector = "branch"
            calendar_integration = false
            """
        )
        #expect(
            configuration.summary.filter { $0.hasPrefix("group") } == [
                "group team@example.com: its members through hq, asked for every 6h",
                "group all@example.net: its members through branch, asked for every 6h, without calendar integration",
            ]
        )
    }
}
