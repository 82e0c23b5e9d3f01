import Availability
import ConfigurationFile
import Foundation
import TestSupport
import Testing

/// One broken file for each rule, named for the rule. Lines that begin with `#!` say what must be told of the file,
/// in the order in which it must be told. `…` stands for the words of the TOML parser, which are its own.
@Suite("Broken configuration files")
struct BrokenFileTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    /// The names of all fixtures, without `.toml`.
    static let rules: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    @Test("every mistake is told with its place, and nothing else", arguments: rules)
    func mistakesAreTold(of rule: String) throws {
        let file = Self.folder.appendingPathComponent("\(rule).toml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let expected = text.split(separator: "\n").filter { $0.hasPrefix("#! ") }
            .map { "\(rule).toml:\($0.dropFirst(3))" }
        try #require(!expected.isEmpty)
        let told = mistakes(in: text, file: "\(rule).toml")
        #expect(told.count == expected.count)
        for (told, expected) in zip(told, expected) {
            if expected.hasSuffix("…") {
                #expect(told.hasPrefix(expected.dropLast()))
            } else {
                #expect(told == expected)
            }
        }
    }

    @Test("the fixtures are found")
    func fixturesAreFound() {
        #expect(Self.rules.contains("unknown-key"))
    }

    @Test("mistakes belong to the diagnosis that documentation and journal know them by")
    func mistakesHaveDiagnoses() throws {
        func diagnoses(of rule: String) throws -> [String] {
            let file = Self.folder.appendingPathComponent("\(rule).toml")
            let errors = #expect(throws: ConfigurationErrors.self) {
                try Configuration.load(path: file.path, environment: .fixture)
            }
            return try #require(errors).mistakes.map(\.diagnosis)
        }
        #expect(try diagnoses(of: "server")[0] == "url.malformed")
        #expect(try diagnoses(of: "server")[4] == "url.not-https")
        #expect(try diagnoses(of: "callback-url")[0] == "url.malformed")
        #expect(try diagnoses(of: "callback-url")[2] == "url.not-https")
        #expect(try diagnoses(of: "username")[0] == "config.username-not-email")
        #expect(try diagnoses(of: "unknown-key") == ["config.invalid", "config.invalid"])
    }

    @Test("the mistakes of a file make one sentence, with the place of the first", arguments: rules)
    func mistakesAreSummedUp(of rule: String) throws {
        let file = Self.folder.appendingPathComponent("\(rule).toml")
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Configuration.load(path: file.path, environment: .fixture)
        }
        let (diagnosis, first) = (try #require(errors?.diagnosis), try #require(errors?.mistakes.first))
        #expect(flaws(in: diagnosis) == [])
        #expect(diagnosis.summary.contains("\(first.file):\(first.line):\(first.column): \(first.message)"))
    }

    @Test("a password in the file is not repeated by any message")
    func passwordIsNotRepeated() throws {
        let rules = [
            "application", "callback-url", "hook-asterisk-ami", "hook-sip-publish", "hook-webhook", "password-in-file",
            "server", "username",
        ]
        let all = try rules.flatMap { rule in
            let file = Self.folder.appendingPathComponent("\(rule).toml")
            return mistakes(in: try String(contentsOf: file, encoding: .utf8))
        }
        #expect(!all.isEmpty)
        #expect(!all.contains { $0.contains("correct horse") || $0.contains("secret@") || $0.contains(":secret") })
        #expect(!all.contains { $0.contains("MfKQ9") || $0.contains("Y29ycm") })
    }
}
