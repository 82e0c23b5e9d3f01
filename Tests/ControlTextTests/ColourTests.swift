import ControlAPI
import Foundation
import Testing

@testable import ControlText

@Suite("Colours")
struct ColourTests {
    @Test(
        "are for a terminal that knows them, unless NO_COLOR says anything",
        arguments: [
            (true, ["TERM": "xterm"], true), (true, ["TERM": "xterm", "NO_COLOR": ""], true),
            (true, ["TERM": "xterm", "NO_COLOR": "0"], false), (true, ["TERM": "dumb"], false), (true, [:], false),
            (true, ["TERM": ""], false), (false, ["TERM": "xterm"], false),
        ] as [(Bool, [String: String], Bool)]
    )
    func choice(isTerminal: Bool, environment: [String: String], expected: Bool) {
        #expect(ColourChoice.isColoured(isTerminal: isTerminal, environment: environment) == expected)
    }

    /// The words between a sequence that sets a rendition and the one that resets it; ECMA-48 8.3.117.
    private func colouredWords(_ text: some TerminalText) -> [String] {
        text.colouredLines.flatMap { line in
            line.matches(of: /\u{1B}\[[0-9;]+m(.*?)\u{1B}\[0m/).map { String($0.output.1) }
        }
    }

    private func uncoloured(_ text: some TerminalText) -> [String] {
        text.colouredLines.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") }
    }

    private func check(_ text: some TerminalText, _ words: [String]) {
        #expect(colouredWords(text) == words)
        #expect(uncoloured(text) == text.lines)
        #expect(!text.lines.joined().contains("\u{1B}"))
    }

    @Test("mark the presences of a list, whatever stands beside them")
    func users() {
        let users = [
            Samples.user("会議@example.com", name: "\u{301}meeting \u{1B}[31m", presence: "meeting"),
            Samples.user("away@example.com", phoneExtension: "away", name: "👩‍👧 away", presence: "available"),
            Samples.user(enabled: false), Samples.user(presence: "elsewhere"),
        ]
        check(
            UserListText(users, now: Samples.now, zone: .gmt, width: 120),
            ["meeting", "available", "disabled"]
        )
    }

    @Test("mark the states of a status")
    func status() {
        var hook = HookReport(
            name: "failing",
            kind: "exec",
            target: "/bin/failing",
            state: .failing,
            queued: 1,
            delivered: 0,
            failed: 1,
            lastError: "No."
        )
        let connectors = [Samples.connector(), Samples.connector(.offline), Samples.connector(.refused)]
        check(
            StatusText(Samples.status(connectors: connectors, hooks: [hook]), now: Samples.now, zone: .gmt),
            ["online", "online", "offline", "refused", "failing"]
        )
        hook.state = .ok
        check(StatusText(Samples.status(connectors: [], hooks: [hook]), now: Samples.now, zone: .gmt), ["online"])
    }

    @Test("mark the presence of a user, also at another time, and that of a change")
    func sentences() {
        let detail = Samples.detail(Samples.user("away@example.com", presence: "away"))
        let show = UserDetailText(detail, at: nil, now: Samples.now, connector: Samples.connector(), zone: .gmt)
        check(show, ["away"])
        #expect(show.colouredLines[1].hasPrefix("\u{1B}"))
        let later = Samples.now + 90_000
        check(
            UserDetailText(detail, at: later, now: Samples.now, connector: Samples.connector(), zone: .gmt),
            ["away"]
        )
        check(PresenceChangeText(Samples.change(user: "meeting -> meeting"), zone: .gmt), ["meeting"])
        check(OverrideText(detail, now: Samples.now, zone: .gmt), ["away"])
    }
}
