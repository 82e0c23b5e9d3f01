import Availability
import TestSupport
import Testing

@Suite("What a hook is told because of another configuration")
struct AudienceChangeTests {
    /// One user before and after, and the audience before and after.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var shown = Presence.meeting
        var phoneExtension: (old: String?, new: String?) = ("201", "201")
        var connector = (old: "hq", new: "hq")
        var isEnabled = (old: true, new: true)
        var audience = (old: HookAudience(), new: HookAudience())
        var takesBack = false
        var introduces = false
    }

    private static let twos = HookAudience(extensions: ["2*"])
    private static let threes = HookAudience(extensions: ["3*"])
    private static let meetings = HookAudience(presences: [.meeting])
    private static let absences = HookAudience(presences: [.away])

    static let cases = [
        Case(testDescription: "the same says nothing"),
        Case(
            testDescription: "with another extension it is taken back there and told here",
            phoneExtension: ("201", "202"),
            takesBack: true,
            introduces: true
        ),
        Case(
            testDescription: "likewise with the first extension",
            phoneExtension: (nil, "202"),
            takesBack: true,
            introduces: true
        ),
        Case(
            testDescription: "likewise with none any more",
            phoneExtension: ("201", nil),
            takesBack: true,
            introduces: true
        ),
        Case(testDescription: "nothing known is neither", shown: .unknown, phoneExtension: ("201", "202")),
        Case(
            testDescription: "an extension out of the audience is taken back alone",
            phoneExtension: ("201", "301"),
            audience: (twos, twos),
            takesBack: true
        ),
        Case(
            testDescription: "one into the audience is told alone",
            phoneExtension: ("301", "201"),
            audience: (twos, twos),
            introduces: true
        ),
        Case(
            testDescription: "a hook of others hears nothing",
            phoneExtension: ("201", "202"),
            audience: (threes, threes)
        ),
        Case(testDescription: "a smaller audience is taken back from", audience: (twos, threes), takesBack: true),
        Case(testDescription: "a larger one is told", audience: (threes, HookAudience()), introduces: true),
        Case(
            testDescription: "another connector may be another audience",
            connector: ("hq", "branch"),
            audience: (HookAudience(connectors: ["hq"]), HookAudience(connectors: ["hq"])),
            takesBack: true
        ),
        Case(testDescription: "another connector alone says nothing", connector: ("hq", "branch")),
        Case(
            testDescription: "what is shown and not wanted any more is taken back",
            audience: (meetings, absences),
            takesBack: true
        ),
        Case(testDescription: "what is wanted now is told", audience: (absences, meetings), introduces: true),
        Case(
            testDescription: "what is not wanted is not told elsewhere, but may be held as the end of a meeting",
            shown: .available,
            phoneExtension: ("201", "202"),
            audience: (meetings, meetings),
            takesBack: true
        ),
        Case(testDescription: "one who is disabled is taken back", isEnabled: (true, false), takesBack: true),
        Case(
            testDescription: "one who was disabled showed nothing there",
            phoneExtension: ("201", "202"),
            isEnabled: (false, true),
            introduces: true
        ),
    ]

    @Test("of a user and an audience", arguments: cases)
    func change(_ entry: Case) throws {
        let address = try #require(MailboxAddress("ada@example.com"))
        func user(_ phoneExtension: String?, _ connector: String, _ isEnabled: Bool) -> User {
            User(address: address, phoneExtension: phoneExtension, isEnabled: isEnabled, connector: connector)
        }
        let change = AudienceChange(
            showing: entry.shown,
            from: (entry.audience.old, user(entry.phoneExtension.old, entry.connector.old, entry.isEnabled.old)),
            to: (entry.audience.new, user(entry.phoneExtension.new, entry.connector.new, entry.isEnabled.new))
        )
        #expect(change.takesBack == entry.takesBack)
        #expect(change.introduces == entry.introduces)
    }
}
