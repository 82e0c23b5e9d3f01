import Availability
import Foundation
import TestSupport
import Testing

@testable import Hooks

/// The form is fixed: receivers outside of this project rely on it.
@Suite("The form of an event")
struct EventFormTests {
    @Test("as JSON, with everything there is to tell")
    func full() throws {
        let announcement = Announcement(internalText: "Back \"soon\"\nAda", externalText: "Grüße")
        let told = event(
            "7f/1",
            of: try mailbox("ada"),
            .available,
            .away,
            until: time("2026-11-23T09:30:00Z"),
            announcement: announcement,
            sequence: 1_795_420_800
        )
        let expected = """
            {"announcement":{"external":"Grüße","internal":"Back \\"soon\\"\\nAda"},"at":"2026-11-23T08:00:00Z",\
            "extension":"101","freshness":"fresh","id":"7f/1","presence":"away","previous":"available",\
            "reason":"appointment","sequence":1795420800,"since":"2026-11-23T08:00:00Z",\
            "until":"2026-11-23T09:30:00Z","user":"ada@example.com"}
            """
        #expect(String(decoding: try EventJSON.encode(told), as: UTF8.self) == expected)
    }

    @Test("as JSON, with null for what is absent")
    func sparse() throws {
        let body = try EventJSON.encode(event("1", of: try mailbox("ada"), phoneExtension: nil))
        let text = String(decoding: body, as: UTF8.self)
        for key in ["announcement", "extension", "until"] { #expect(text.contains("\"\(key)\":null")) }
    }

    @Test("as environment variables, empty for what is absent")
    func environment() throws {
        let variables = EventEnvironment.variables(for: event("1", of: try mailbox("ada"), phoneExtension: nil))
        #expect(variables["FREEBUSYD_USER"] == "ada@example.com")
        for name in ["EXTENSION", "UNTIL", "ANNOUNCEMENT"] { #expect(variables["FREEBUSYD_\(name)"] == "") }
    }

    @Test("an announcement fits into an environment variable, whatever it holds")
    func longAnnouncement() throws {
        let text = "a\0b" + String(repeating: "é", count: 100_000)
        let told = event(
            "1",
            of: try mailbox("ada"),
            announcement: Announcement(internalText: text, externalText: "")
        )
        let value = try #require(EventEnvironment.variables(for: told)["FREEBUSYD_ANNOUNCEMENT"])
        #expect(value.hasPrefix("abé"))
        #expect(value.utf8.count <= 32_768)
        #expect(value.utf8.count > 32_700)
    }

    @Test("what a program writes is kept up to a bound, line by line, without what would steer a terminal")
    func output() {
        var output = CapturedOutput(limit: 20)
        output.append(Array("one\n\n".utf8))
        output.append(Array("\u{1B}[31mtwo\r\n".utf8))
        #expect(output.lines == ["one", " [31mtwo "])
        output.append(Array("a long third line\n \nthe ".utf8))
        output.append(Array("very last one\n".utf8))
        #expect(output.lines == ["one", " [31mtwo ", "a lon"])
        #expect(output.lineCount == 4)
        #expect(output.lastLine == "the very last one")
    }
}
