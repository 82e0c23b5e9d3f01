import ControlAPI
import ControlText
import Testing

@Suite("hooks --resend, for a person")
struct ResendTextTests {
    @Test(
        "says of how many users each hook is told, at what pace, and how long that takes",
        arguments: [
            (10_000, 100, "is told once more what 10000 users show, 100 a second: in 100 s all is sent."),
            (10_000, 20, "is told once more what 10000 users show, 20 a second: in 8 min all is sent."),
            (1, 100, "is told once more what 1 user shows, 100 a second: in 1 s all is sent."),
            (0, 100, "is told of nobody once more: whoever shows something waits to be told already."),
        ]
    )
    func sentence(users: Int, perSecond: Int, expected: String) {
        let reply = ResendReply(hooks: [.init(name: "pbx", users: users, perSecond: perSecond)])
        let lines = ResendText(reply).lines
        #expect(lines.map { $0.trimmingPrefix("  ") }.joined(separator: " ") == "pbx \(expected)")
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test("none is said in words")
    func none() {
        #expect(ResendText(ResendReply(hooks: [])).lines == ["There is no hook: no telephone system is told."])
    }
}
