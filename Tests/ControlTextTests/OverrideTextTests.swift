import ControlAPI
import ControlText
import Foundation
import TestSupport
import Testing

@Suite("override, for a person")
struct OverrideTextTests {
    private static let ten = time("2026-11-23T10:00:00Z")
    private static let eleven = time("2026-11-23T11:00:00Z")

    private func line(_ user: UserSummary, _ override: OverrideReport?) -> String {
        OverrideText(Samples.detail(user, override: override), now: Samples.now, zone: .gmt).line
    }

    @Test(
        "the line says what is shown and until when, and of the override only what that leaves open",
        arguments: [
            ("away", ten, ten, "away until 10:00 (override)"),
            ("meeting", eleven, ten, "meeting until 11:00 (override until 10:00)"),
            ("available", nil, ten, "available (override until 10:00)"),
            ("away", nil, nil, "away (override until the next appointment)"),
            (
                "away", time("2026-11-24T09:00:00Z"), time("2026-11-24T09:00:00Z"), "away until Tue 09:00 (override)"
            ),
        ] as [(String, Date?, Date?, String)]
    )
    func set(presence: String, until: Date?, end: Date?, words: String) {
        let user = Samples.user(presence: presence, until: until, reason: "override")
        #expect(line(user, OverrideReport(presence: presence, until: end)) == "alice@example.com: \(words)")
    }

    @Test("once it is taken back the line tells what the calendar says")
    func cleared() {
        let meeting = Samples.user(presence: "meeting", until: Self.ten, reason: "appointment")
        #expect(line(meeting, nil) == "alice@example.com: meeting until 10:00 (appointment)")
        #expect(line(Samples.user(), nil) == "alice@example.com: available")
    }

    @Test("an address does not steer the terminal")
    func hostile() {
        #expect(line(Samples.user("a\u{1B}[2J@example.com"), nil) == "a\u{FFFD}[2J@example.com: available")
    }

    @Test("the end goes over the wire in UTC, and as null or nothing where there is none")
    func wire() throws {
        let timed = OverrideRequest(presence: "away", until: Self.ten)
        let open = OverrideRequest(presence: "away")
        let text = #"{"presence":"away","until":"2026-11-23T10:00:00Z"}"#
        #expect(try ControlJSON.encode(timed) == Data(text.utf8))
        #expect(try ControlJSON.encode(open) == Data(#"{"presence":"away","until":null}"#.utf8))
        #expect(try ControlJSON.decode(OverrideRequest.self, from: Data(text.utf8)) == timed)
        for body in [#"{"presence":"away","until":null}"#, #"{"presence":"away"}"#] {
            #expect(try ControlJSON.decode(OverrideRequest.self, from: Data(body.utf8)) == open)
        }
    }
}
