import ConfigurationFile
import Foundation
import TestSupport
import Testing

@Suite("Files on a real file system")
struct RealFileTests {
    @Test("the system tells files, folders and nothing apart, with permissions and through links")
    func fileStates() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("", to: "file", permissions: 0o640)
        let link = folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        let state = ConfigurationEnvironment.system.fileState
        #expect(state(file) == .regular(permissions: 0o640))
        #expect(state(link) == .regular(permissions: 0o640))
        #expect(state(folder.path) == .other)
        #expect(state(folder.file("absent")) == .missing)
    }

    @Test("a file is loaded, and its mistakes carry its path")
    func loads() throws {
        let folder = try TemporaryFolder()
        let good = try folder.write("[scan]\nlookahead_days = 3\n", to: "good.toml")
        #expect(try Configuration.load(path: good).scan.lookaheadDays == 3)
        let bad = try folder.write("[scan]\nlookahead_days = 0\n", to: "bad.toml")
        let error = #expect(throws: ConfigurationErrors.self) { try Configuration.load(path: bad) }
        #expect(error?.description == "\(bad):2:18: lookahead_days: 0 is out of range, expected 1 to 40")
    }

    @Test("a file that is missing or no file is a mistake at its beginning")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let absent = folder.file("absent.toml")
        let missing = #expect(throws: ConfigurationErrors.self) { try Configuration.load(path: absent) }
        #expect(
            missing?.description
                == "\(absent):1:1: there is no such file; name another with --config, or begin with config.example.toml"
        )
        let other = #expect(throws: ConfigurationErrors.self) { try Configuration.load(path: folder.path) }
        #expect(other?.description == "\(folder.path):1:1: the file cannot be read with the rights of this user")
    }

    @Test("a password that cannot be read is a mistake at its key; a credential only where the daemon looks for it")
    func passwords() throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write("\n", to: "empty", permissions: 0o600)
        func mistakes(_ key: String, _ environment: ConfigurationEnvironment) -> [String] {
            let text = """
                [[connector]]
                name = "hq"
                server = "mail.example.com"
                username = "svc@example.com"
                \(key)
                """
            do throws(ConfigurationErrors) {
                _ = try Configuration.parse(text: text, file: "c.toml", environment: environment)
                return []
            } catch {
                return error.mistakes.map(\.description)
            }
        }
        #expect(
            mistakes("password_file = \"\(empty)\"", .system) == [
                "c.toml:5:17: password_file: the password in the file \(empty) is empty: its first line holds nothing"
            ]
        )
        #expect(mistakes("password_credential = \"p\"", .system).isEmpty)
        #expect(
            mistakes("password_credential = \"p\"", .daemon(credentialsDirectory: folder.path)) == [
                "c.toml:5:23: password_credential: the password in the credential p cannot be read"
            ]
        )
    }

    @Test("a file of 1 MiB is read, one byte more is refused")
    func size() throws {
        let folder = try TemporaryFolder()
        let fits = try folder.write(String(repeating: "#", count: 1_048_576), to: "fits.toml")
        _ = try Configuration.load(path: fits)
        let large = try folder.write(String(repeating: "#", count: 1_048_577), to: "large.toml")
        let error = #expect(throws: ConfigurationErrors.self) { try Configuration.load(path: large) }
        #expect(error?.description == "\(large):1:1: the file is larger than 1 MiB")
    }
}
