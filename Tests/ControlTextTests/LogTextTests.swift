import ControlAPI
import ControlText
import Foundation
import TestSupport
import Testing

@Suite("An entry of the event log in the terminal")
struct LogTextTests {
    private func lines(
        _ message: String,
        level: String = "info",
        at text: String = "2026-11-03T07:05:09Z",
        zone: String = "Europe/Berlin"
    ) throws -> [String] {
        let entry = LogEntry(
            number: 7,
            at: time(text),
            level: level,
            message: message,
            event: nil,
            user: nil,
            connector: nil,
            diagnosis: nil,
            fields: [:]
        )
        return LogText(entry, zone: try #require(TimeZone(identifier: zone))).lines
    }

    @Test("begins with the local time and its seconds")
    func localTime() throws {
        #expect(try lines("Stopped") == ["Nov  3 08:05:09  Stopped"])
        #expect(try lines("Stopped", at: "2026-12-31T23:59:59Z") == ["Jan  1 00:59:59  Stopped"])
    }

    @Test("names its level where that is more than info", arguments: ["notice", "warning", "error", "critical"])
    func levels(level: String) throws {
        #expect(try lines("Stopped", level: level) == ["Nov  3 08:05:09  \(level): Stopped"])
    }

    @Test("fits eighty columns, with the rest below the beginning of the message")
    func wraps() throws {
        let words = Array(repeating: "Exchange", count: 20).joined(separator: " ")
        let lines = try lines(words, level: "warning")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines[1].hasPrefix(String(repeating: " ", count: 17) + "Exchange"))
        #expect(lines.map { $0.dropFirst(17) }.joined(separator: " ") == "warning: " + words)
    }

    @Test("steers no terminal")
    func controls() throws {
        #expect(try lines("a\u{1B}[2Jb\nc").joined().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }
}
