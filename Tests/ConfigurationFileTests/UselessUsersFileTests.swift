import Availability
import ConfigurationFile
import TestSupport
import Testing

@Suite("Users files that are of no use as a whole")
struct UselessUsersFileTests {
    /// The mistakes that refuse a configuration, which all stand at the key `file`.
    private static func refusals(_ bytes: [UInt8]) -> [ConfigurationMistake] {
        do throws(ConfigurationErrors) {
            _ = try configuration(withUsers: bytes, file: "c.toml")
            return []
        } catch {
            return error.mistakes
        }
    }

    @Test(
        "the configuration is refused with the reason",
        arguments: [
            (
                "",
                "\"users.csv\" is empty; its first line must name the columns "
                    + "address,extension,display_name,calendar_integration,connector"
            ),
            (
                "\u{FEFF}\r\n\r\n",
                "\"users.csv\" is empty; its first line must name the columns "
                    + "address,extension,display_name,calendar_integration,connector"
            ),
            ("anna@example.com,1001\n", "\"users.csv\" has no column address; its first line must name it"),
            ("adress;extension\n", "\"users.csv\" has no column address; is \"adress\" meant for it?"),
            ("address,extension,Address\n", "\"users.csv\" has two columns address"),
            (
                "\"address\";\"exten\"sion\n",
                "\"users.csv\" has a broken header, in line 1, column 18: text behind the quote that ends the field; "
                    + "double the quotes within a field"
            ),
        ]
    )
    func reasons(text: String, reason: String) {
        #expect(Self.refusals(Array(text.utf8)).map(\.description) == ["c.toml:2:8: file: \(reason)"])
    }

    @Test("where every line is bad, they are told too")
    func allBad() throws {
        let mistakes = Self.refusals(Array("address,phone\nanna,\nben\n".utf8))
        #expect(
            mistakes.map(\.description) == [
                "c.toml:2:8: file: no line of \"users.csv\" can be used",
                "users.csv:1:9: unknown column \"phone\", which is ignored",
                "users.csv:2:1: address: \"anna\" is no e-mail address; write it as in anna@example.com",
                "users.csv:3:1: the number of fields is 1 here, but 2 in the header",
            ]
        )
        #expect(flaws(in: ConfigurationErrors(mistakes).diagnosis) == [])
    }

    @Test("bad lines are told beside mistakes of the configuration file, and after them")
    func besideMistakes() {
        let text = "[service]\nlog_level = \"loud\"\n[users]\nfile = \"u.csv\"\n"
        let environment = ConfigurationEnvironment.fixture(with: ["u.csv": Array("address\nanna\n".utf8)])
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Configuration.parse(text: text, file: "z.toml", environment: environment)
        }
        #expect(errors?.mistakes.map { "\($0.file):\($0.line)" } == ["z.toml:2", "z.toml:4", "u.csv:2"])
    }

    @Test("a connector with a mistake of its own is not told again at each line")
    func brokenConnector() {
        let text = "[users]\nfile = \"u.csv\"\n[[connector]]\nname = \"h q\"\n"
        let bytes = Array("address,connector\nanna@example.com,hq\nben@example.com,\n".utf8)
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Configuration.parse(text: text, file: "c.toml", environment: .fixture(with: ["u.csv": bytes]))
        }
        #expect(errors?.mistakes.allSatisfy { $0.file == "c.toml" && $0.line >= 3 } == true)
    }

    @Test(
        "what a spreadsheet wrote in another encoding is told as such",
        arguments: [
            // "Unicode text" of Excel, in either order of bytes, and without the mark.
            ([0xFF, 0xFE] + Array("address".utf8).flatMap { [$0, 0] }, "is UTF-16; save it as CSV UTF-8"),
            ([0xFE, 0xFF] + Array("address".utf8).flatMap { [0, $0] }, "is UTF-16; save it as CSV UTF-8"),
            (Array("address".utf8).flatMap { [$0, 0] }, "is UTF-16; save it as CSV UTF-8"),
            (Array("address".utf8).flatMap { [0, $0] }, "is UTF-16; save it as CSV UTF-8"),
            // An ä in Latin-1, behind one in UTF-8.
            (
                Array("address,display_name\r\n\r\nanna@example.com,Ää".utf8.dropLast(2)) + [0xE4, 0x0D, 0x0A],
                "is not UTF-8 but perhaps Latin-1 or Windows-1252, as its line 3 shows in column 19; save it as CSV UTF-8"
            ),
            // Half of a character at the end.
            (
                Array("address".utf8) + [0xC3],
                "is not UTF-8 but perhaps Latin-1 or Windows-1252, as its line 1 shows in column 8; save it as CSV UTF-8"
            ),
        ] as [([UInt8], String)]
    )
    func encodings(bytes: [UInt8], reason: String) {
        #expect(Self.refusals(bytes).map(\.description) == ["c.toml:2:8: file: \"users.csv\" \(reason)"])
    }

    @Test(
        "a file that cannot be had is told with the reason",
        arguments: [
            ("/absent.csv", "there is no file \"/absent.csv\""),
            ("/closed/password", "\"/closed/password\" cannot be reached with the rights of this user"),
            ("/etc/freebusyd", "\"/etc/freebusyd\" is not a regular file"),
            ("/unreadable.csv", "\"/unreadable.csv\" cannot be read with the rights of this user"),
            (String(repeating: "x", count: 4_096), "this is no path"), ("a\\u0000b", "this is no path"),
        ]
    )
    func noFile(path: String, reason: String) {
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Configuration.parse(
                text: "[users]\nfile = \"\(path)\"\n",
                file: "c.toml",
                environment: .fixture(with: ["/unreadable.csv": nil as [UInt8]?])
            )
        }
        #expect(errors?.mistakes.map(\.description) == ["c.toml:2:8: file: \(reason)"])
    }

    @Test("16 MiB are read, one byte more is refused")
    func size() throws {
        // Empty lines, so that there is little to do.
        let start = Array("address\nanna@example.com\n".utf8)
        let fits = start + Array(repeating: UInt8(ascii: "\n"), count: 16 * 1_048_576 - start.count)
        #expect(listed(try configuration(withUsers: fits)) == ["anna@example.com - - on hq"])
        let reasons = Self.refusals(fits + [UInt8(ascii: "\n")]).map(\.message)
        #expect(reasons == ["file: \"users.csv\" is larger than 16 MiB"])
    }

    @Test("100,000 lines are read, one more is refused")
    func lines() throws {
        let users = (2...100_000).map { "user\($0)@example.com,x\($0)\n" }.joined()
        let fits = "address,extension\n" + users
        let all = try configuration(withUsers: Array(fits.utf8))
        #expect(all.users.count == 100_000 && all.warnings.isEmpty)
        #expect(all.users.last?.phoneExtension == "x100000")
        let reasons = Self.refusals(Array((fits + "one@example.com,1\n").utf8)).map(\.message)
        #expect(reasons == ["file: \"users.csv\" has more than 100000 lines"])
    }
}
