import ControlAPI
import ControlText
import Foundation
import Testing

@Suite("hooks, for a person")
struct HookListTextTests {
    private func lines(_ hooks: [HookReport], width: Int = Paragraph.width) -> [String] {
        HookListText(hooks, now: Samples.now, zone: .gmt, width: width).lines
    }

    @Test("each hook says how its deliveries go, and what was seen where one failed")
    func table() {
        let phone = HookReport(
            name: "phone",
            kind: "exec",
            target: "/usr/local/bin/tell-pbx --all",
            state: .failing,
            queued: 3,
            delivered: 41,
            failed: 7,
            lastError: "It ended with status 7.",
            lastErrorAt: Samples.now - 60,
            oldestAgeSeconds: 300
        )
        let board = HookReport(
            name: "board",
            kind: "webhook",
            target: "https://board.example.com/presence",
            queued: 0,
            delivered: 44,
            failed: 0,
            lastError: nil
        )
        let mended = HookReport(
            name: "log",
            kind: "exec",
            target: "/bin/log",
            queued: 0,
            delivered: 44,
            failed: 1,
            lastError: "It hung."
        )
        #expect(
            lines([phone, board, mended]) == [
                "HOOK   KIND     STATE    WAITING  FOR    DELIVERED  FAILED",
                "phone  exec     failing  3        5 min  41         7",
                "board  webhook  ok       0        -      44         0",
                "log    exec     ok       0        -      44         1",
                "",
                "phone tells /usr/local/bin/tell-pbx --all",
                "phone, last error 09:29: It ended with status 7.",
                "",
                "board tells https://board.example.com/presence",
                "",
                "log tells /bin/log",
                "log, last error: It hung.",
            ]
        )
    }

    @Test(
        "one whose receiver is out of reach says when it is tried again; one that is disabled, how it is told again",
        arguments: [
            (.paused, Samples.now + 300, ["pbx is paused: its receiver is out of reach and is tried again 09:35"]),
            (.paused, nil, ["pbx is paused: its receiver is out of reach and is being tried"]),
            (.paused, Samples.now, ["pbx is paused: its receiver is out of reach and is being tried"]),
            (
                .disabled, nil,
                [
                    "pbx is disabled: its receiver wants nothing more; tell it again with freebusyctl",
                    "  hooks --resend pbx",
                ]
            ),
        ] as [(HookReport.State, Date?, [String])]
    )
    func waiting(state: HookReport.State, retryAt: Date?, expected: [String]) {
        let hook = HookReport(
            name: "pbx",
            kind: "asterisk-ami",
            target: "pbx.example.com:5038",
            state: state,
            retryAt: retryAt,
            queued: 0,
            delivered: 1,
            failed: 1,
            lastError: nil
        )
        let lines = lines([hook])
        #expect(lines[1].split(separator: " ").prefix(3) == ["pbx", "asterisk-ami", "\(state.rawValue)"])
        #expect(Array(lines.dropFirst(3)) == ["pbx tells pbx.example.com:5038"] + expected)
    }

    @Test("none is said in words")
    func none() {
        #expect(lines([]) == ["There is no hook: no telephone system is told."])
    }

    @Test("the table fits 80 columns whatever hooks are called and say, and as many as the terminal has")
    func width() {
        let hook = HookReport(
            name: String(repeating: "電話", count: 30),
            kind: "asterisk-ami",
            target: String(repeating: "pbx\u{1B}[31m.example.com ", count: 20),
            state: .disabled,
            queued: 1_000_000,
            delivered: 100_000_000,
            failed: 100_000_000,
            lastError: String(repeating: "It said \u{1B}[31mno. ", count: 20),
            oldestAgeSeconds: 86_400
        )
        #expect(lines([hook]).allSatisfy { $0.count + $0.count(where: { "電話".contains($0) }) <= 80 })
        #expect(!lines([hook]).joined().contains("\u{1B}"))
        #expect(lines([hook], width: 200)[1].contains(hook.name))
    }
}
