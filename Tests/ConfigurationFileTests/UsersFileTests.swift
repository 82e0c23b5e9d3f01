import Availability
import ConfigurationFile
import Foundation
import TestSupport
import Testing

@Suite("Users from a CSV file")
struct UsersFileTests {
    private static let header = "address,extension,display_name,calendar_integration,connector\n"

    @Test(
        "users are read as from their tables",
        arguments: [
            // Every column, and none but the necessary one.
            (header + "Anna@Example.com,1001,Anna Äpfel,true,branch", ["anna@example.com 1001 Anna Äpfel on branch"]),
            ("address\nanna@example.com\n", ["anna@example.com - - on hq"]),
            (header + "anna@example.com,,,,\n", ["anna@example.com - - on hq"]),
            // Columns in any order and letter case.
            (
                "Connector, EXTENSION ,address\nbranch,1001,anna@example.net\n",
                ["anna@example.net 1001 - on branch"]
            ),
            // Quotes.
            (
                "display_name,address\n\"Äpfel, \"\"Anna\"\"\",anna@example.com\n",
                ["anna@example.com - Äpfel, \"Anna\" on hq"]
            ),
            ("\"address\";\"extension\"\n\"anna@example.com\";\"1\"", ["anna@example.com 1 - on hq"]),
            // Separators; a comma may stand in a field between others.
            ("address;display_name\nanna@example.com;Äpfel, Anna", ["anna@example.com - Äpfel, Anna on hq"]),
            ("extension\taddress\n1;2\tanna@example.com", ["anna@example.com 1;2 - on hq"]),
            // The words for yes and no.
            (
                "address,calendar_integration\na@example.com,true\nb@example.com,YES\nc@example.com,1\n"
                    + "d@example.com,FALSE\ne@example.com,no\nf@example.com,0\n",
                [
                    "a@example.com - - on hq", "b@example.com - - on hq", "c@example.com - - on hq",
                    "d@example.com - - off hq", "e@example.com - - off hq", "f@example.com - - off hq",
                ]
            ),
            // Line ends; lines without anything.
            (
                "\r\naddress,extension\r\n\r\na@example.com,1\rb@example.com,2\n,\n  , \nc@example.com,3",
                ["a@example.com 1 - on hq", "b@example.com 2 - on hq", "c@example.com 3 - on hq"]
            ),
            // Spaces around a field.
            ("address,extension\n anna@example.com\t, 1001\u{A0}\n", ["anna@example.com 1001 - on hq"]),
            // A byte order mark.
            ("\u{FEFF}address\nanna@example.com\n", ["anna@example.com - - on hq"]),
            // No users at all.
            ("address,extension\n", []), ("address", []), (header + ",,,,\n", []),
        ] as [(String, [String])]
    )
    func good(text: String, users: [String]) throws {
        let configuration = try configuration(withUsers: Array(text.utf8))
        #expect(listed(configuration) == users)
        #expect(configuration.warnings == [])
    }

    @Test(
        "a bad line is told with its place and left out",
        arguments: [
            ("anna,1,,,", "2:1: address: \"anna\" is no e-mail address; write it as in anna@example.com"),
            (",1,,,", "2:1: address: nothing is written here"),
            (
                "anna@example.com,10 01,,,",
                "2:18: extension: \"10 01\" is no extension, expected up to 32 characters without spaces, @ and /"
            ),
            ("anna@example.com,,\"Anna\nÄpfel\",,", "2:19: display_name: expected one line of up to 256 characters"),
            (
                "ännä@example.com,,,maybe,",
                "2:20: calendar_integration: \"maybe\" is none of true, false, yes, no, 1 and 0"
            ),
            ("anna@example.com,,,,hg", "2:21: connector: there is no connector \"hg\"; did you mean \"hq\"?"),
            (
                "anna@example.com,,,,h q",
                "2:21: connector: \"h q\" is no name, expected up to 64 letters, digits, hyphens, _ and dots"
            ),
            (
                "anna@example.net,,,,",
                "2:1: no connector serves anna@example.net; name one as its connector, or list example.net in "
                    + "mail_domains of one"
            ),
            ("anna@example.com,,,", "2:1: the number of fields is 4 here, but 5 in the header"),
            ("anna@example.com,,,,,", "2:1: the number of fields is 6 here, but 5 in the header"),
            (
                "ZOE@example.com,,,,",
                "2:1: address: \"zoe@example.com\" is already used in line 4 of /etc/freebusyd/c.toml"
            ),
            (
                "anna@example.com,1999,,,",
                "2:18: extension: \"1999\" is already used in line 5 of /etc/freebusyd/c.toml"
            ),
            ("anna@example.com,,\"Anna,,\n", "2:19: this quote is not closed"),
            (
                "anna@example.com,,\"Anna\" A,,",
                "2:25: text behind the quote that ends the field; double the quotes within a field"
            ),
            (
                "anna@example.com,,A \"A\",,",
                "2:21: a quote in the middle of a field; put the whole field into quotes and double those in it"
            ),
        ] as [(String, String)]
    )
    func bad(line: String, warning: String) throws {
        // An open quote is closed by nothing: no other quote follows.
        let text = Self.header + line + "\nben@example.com,1002,,,\n"
        let configuration = try configuration(withUsers: Array(text.utf8))
        #expect(listed(configuration) == ["ben@example.com 1002 - on hq"])
        #expect(configuration.warnings.map(\.description) == ["/etc/freebusyd/users.csv:\(warning)"])
        #expect(configuration.warnings.map(\.diagnosis) == ["config.users-file"])
    }

    @Test("of two lines with one address or extension the first is used, unless it is bad itself")
    func duplicates() throws {
        let text = """
            address,extension
            anna@example.com,@
            Anna@example.com,1001
            anna@example.com,1002
            ben@example.com,1001
            """
        let configuration = try configuration(withUsers: Array(text.utf8))
        #expect(listed(configuration) == ["anna@example.com 1001 - on hq"])
        #expect(
            configuration.warnings.map { "\($0.line):\($0.column): \($0.message)" } == [
                "2:18: extension: \"@\" is no extension, expected up to 32 characters without spaces, @ and /",
                "4:1: address: \"anna@example.com\" is already used in line 3",
                "5:17: extension: \"1001\" is already used in line 3",
            ]
        )
    }

    @Test("everything that is wrong with a line is told")
    func allMistakes() throws {
        let text = Self.header + "anna,a/b,,maybe,hg\nben@example.com,,,,\n"
        let warnings = try configuration(withUsers: Array(text.utf8)).warnings
        #expect(warnings.map(\.column) == [1, 6, 11, 17])
        #expect(warnings.map { $0.message.prefix { $0 != ":" } } == Self.columns(but: "display_name"))
    }

    private static func columns(but one: String) -> [Substring] {
        header.dropLast().split(separator: ",").filter { $0 != one }
    }

    @Test("columns that mean nothing are told and ignored, with what they may have been meant for")
    func unknownColumns() throws {
        let text = "title,address,extention\nDr.,anna@example.com,1001\n"
        let configuration = try configuration(withUsers: Array(text.utf8))
        #expect(listed(configuration) == ["anna@example.com - - on hq"])
        #expect(
            configuration.warnings.map(\.description) == [
                "/etc/freebusyd/users.csv:1:1: unknown column \"title\", which is ignored",
                "/etc/freebusyd/users.csv:1:15: unknown column \"extention\", which is ignored; did you mean "
                    + "\"extension\"?",
            ]
        )
    }

    @Test("a hundred bad lines are listed, and the number of the others")
    func manyBadLines() throws {
        func text(bad: Int) -> [UInt8] {
            Array(("address\nanna@example.com\n" + String(repeating: "anna\n", count: bad)).utf8)
        }
        let hundred = try configuration(withUsers: text(bad: 100)).warnings
        #expect(hundred.map(\.line) == Array(3...102))
        let more = try configuration(withUsers: text(bad: 103)).warnings
        #expect(Array(more.dropLast()) == hundred)
        #expect(
            more.last?.description
                == "/etc/freebusyd/users.csv:103:1: and 3 more lines are left out, this one and others below"
        )
    }

    @Test("the path begins in the folder of the configuration file, unless it is absolute")
    func paths() throws {
        let bytes = Array("address\nanna\nanna@example.com\n".utf8)
        func place(_ file: String, _ path: String, _ found: String) throws -> String? {
            let text = """
                [users]
                file = "\(path)"
                [[connector]]
                name = "hq"
                server = "mail.example.com"
                username = "svc@example.com"
                password_credential = "exchange"
                """
            let environment = ConfigurationEnvironment.fixture(with: [found: bytes])
            return try Configuration.parse(text: text, file: file, environment: environment).warnings.first?.file
        }
        #expect(try place("/etc/c.toml", "users.csv", "/etc/users.csv") == "/etc/users.csv")
        #expect(try place("/etc/c.toml", "../srv/u.csv", "/etc/../srv/u.csv") == "/etc/../srv/u.csv")
        #expect(try place("/etc/c.toml", "/srv/u.csv", "/srv/u.csv") == "/srv/u.csv")
        #expect(try place("c.toml", "users.csv", "users.csv") == "users.csv")
        #expect(try place("site/c.toml", "users.csv", "site/users.csv") == "site/users.csv")
    }

    @Test("a real file is read")
    func realFile() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("[users]\nfile = \"users.csv\"\n", to: "c.toml")
        try folder.write("address\nanna@example.com\n", to: "users.csv")
        let errors = #expect(throws: ConfigurationErrors.self) { try Configuration.load(path: file) }
        // Nobody serves her: the file was read.
        #expect(errors?.mistakes.last?.file == folder.file("users.csv"))
        #expect(errors?.mistakes.last?.line == 2)
    }
}
