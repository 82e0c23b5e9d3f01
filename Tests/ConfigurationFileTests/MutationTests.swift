import ConfigurationFile
import Foundation
import Testing

/// A generator with a fixed start (SplitMix64), so that a failure can be repeated.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Hostile configuration files")
struct MutationTests {
    /// Parses anything; every mistake must lie within the text and be one line.
    private static func check(_ bytes: [UInt8]) {
        do throws(ConfigurationErrors) {
            _ = try Configuration.parse(bytes, file: "m.toml", environment: .fixture)
        } catch {
            let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
            #expect(!error.mistakes.isEmpty)
            for mistake in error.mistakes {
                #expect((1...lines).contains(mistake.line) && mistake.column >= 1)
                #expect(!mistake.message.contains { $0.isNewline })
            }
        }
    }

    @Test("a broken example is refused or read, and nothing crashes")
    func mutatedExample() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let example = [UInt8](try Data(contentsOf: root.appendingPathComponent("config.example.toml")))
        var generator = SeededGenerator(state: 1)
        for _ in 0..<500 { Self.check(Self.mutated(example, using: &generator)) }
    }

    private static func mutated(_ example: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = example
        let tokens = [
            "[", "]", "[[", "{", "}", "=", ".", "\"", "'", "\"\"\"", "'''", "\\", "\n", ",", "#", "\u{0}", "9", "ä",
        ]
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.insert(contentsOf: (tokens.randomElement(using: &generator) ?? "").utf8, at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 20))
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 200)], at: place)
            }
        }
        return bytes
    }

    @Test("random bytes are refused or read, and nothing crashes")
    func randomBytes() {
        var generator = SeededGenerator(state: 2)
        for _ in 0..<200 {
            let count = Int.random(in: 0...2_000, using: &generator)
            Self.check((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }

    @Test(
        "a file that goes as deep as it can is refused before it costs the stack",
        arguments: ["[", "{a=", "a.", "\"\".", "'a'.", "[a.", "a . "]
    )
    func depth(unit: String) {
        let prefix = unit == "[" || unit == "{a=" ? "deep = " : ""
        let text = prefix + String(repeating: unit, count: 100_000) + "a = 1"
        #expect(mistakes(in: text).count == 1)
    }

    @Test("quotes of every kind do not hide a key that is too deep")
    func hiddenDepth() {
        let deep = String(repeating: "a.", count: 100_000) + "a = 1\n"
        let openings = [
            "x = ''\n", "x = '''a'''''\n", "x = \"\"\"a\\\"\"\"\"\"\"\n", "x = \"\\\\\"\n", "# \"\"\"\n", "x = '\\'\n",
            "x = \"\"\"\"\"\"\n", "\"'''\" = 1\n",
        ]
        for opening in openings { #expect(mistakes(in: opening + deep).count == 1, "\(opening)") }
    }
}
