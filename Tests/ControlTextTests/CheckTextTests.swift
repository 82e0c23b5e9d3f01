import ControlAPI
import Testing

@testable import ControlText

@Suite("A check in the terminal")
struct CheckTextTests {
    private static func step(
        _ name: String,
        _ outcome: CheckStepReport.Outcome = .passed,
        _ seen: String = "fine",
        user: String? = nil,
        connector: String? = "hq",
        diagnosis: String? = nil,
        milliseconds: Int? = nil
    ) -> CheckStepReport {
        CheckStepReport(
            connector: connector,
            user: user,
            name: name,
            outcome: outcome,
            seen: seen,
            diagnosis: diagnosis,
            summary: diagnosis.map { _ in "It is \(seen)." },
            remedy: diagnosis.map { _ in "Mend it." },
            milliseconds: milliseconds
        )
    }

    private static func lines(_ steps: [CheckStepReport], users: Int = 1) -> (steps: [String], end: [String]) {
        var text = CheckText(users: users)
        let lines = steps.flatMap { text.text(of: $0).lines }
        return (lines, text.ending().lines)
    }

    @Test("a step is a line: its name, what came of it, what was seen")
    func aligned() {
        let lines = Self.lines([Self.step("tcp"), Self.step("automatic-reply", .skipped, "why", user: "a@b.cd")]).steps
        #expect(
            lines == [
                "Connector hq",
                "  tcp                passed   fine",
                "  a@b.cd",
                "    automatic-reply  skipped  why",
            ]
        )
    }

    @Test("connectors and users each have a heading, once")
    func headings() {
        let steps = [
            Self.step("tcp"), Self.step("login"), Self.step("mailbox", user: "a@b.cd"),
            Self.step("calendar", user: "a@b.cd"), Self.step("mailbox", user: "e@b.cd"),
            Self.step("tcp", connector: "branch"),
        ]
        let headings = Self.lines(steps).steps.filter { !$0.contains("passed") }
        #expect(headings == ["Connector hq", "  a@b.cd", "  e@b.cd", "", "Connector branch"])
    }

    @Test("what takes a second and more has its time")
    func time() {
        let lines = Self.lines([Self.step("tcp", milliseconds: 999), Self.step("http", milliseconds: 2_400)]).steps
        #expect(lines[1].hasSuffix("fine"))
        #expect(lines[2].hasSuffix("fine (2 s)"))
    }

    @Test("everything fits in 80 columns, whatever servers say")
    func width() {
        let long = String(repeating: "a very long answer ", count: 20) + String(repeating: "x", count: 100)
        let user = String(repeating: "y", count: 120) + "@example.com"
        let steps = [
            Self.step("ews", .failed, long, diagnosis: "http.not-ews"),
            Self.step("automatic-reply", .failed, long, user: user, diagnosis: "server.fault"),
        ]
        let (lines, end) = Self.lines(steps)
        #expect((lines + end).allSatisfy { $0.count <= 80 })
        #expect(lines.joined().contains("xxxxx"))
    }

    @Test("what would steer a terminal does not reach it")
    func steering() {
        let (lines, _) = Self.lines([Self.step("ews", .passed, "a\u{1B}[31mb\r\nc")])
        #expect(lines.last?.contains("\u{1B}") == false)
        #expect(lines.count == 2)
    }

    @Test("the end tells each thing that is wrong with its place, sentence and remedy, and counts the steps")
    func ending() {
        let steps = [
            Self.step("tcp"), Self.step("clock", .warned, "late", diagnosis: "clock.skew"),
            Self.step("mailbox", .failed, "gone", user: "a@b.cd", diagnosis: "mailbox.not-found"),
            Self.step("calendar", .skipped, "needs mailbox, which failed", user: "a@b.cd"),
        ]
        #expect(
            Self.lines(steps).end == [
                "", "hq, clock: clock.skew", "  It is late.", "  → Mend it.",
                "", "hq, a@b.cd, mailbox: mailbox.not-found", "  It is gone.", "  → Mend it.",
                "", "Steps: 1 passed, 1 warned, 1 failed, 1 skipped.",
            ]
        )
    }

    @Test("of many users only those are shown with whom something is wrong, and the others are counted")
    func manyUsers() {
        var steps = [Self.step("login")]
        for number in 1...10_000 {
            let user = "user\(number)@example.com"
            let isWrong = number % 1_000 == 0
            steps.append(
                Self.step(
                    "mailbox",
                    isWrong ? .failed : .passed,
                    user: user,
                    diagnosis: isWrong ? "mailbox.not-found" : nil
                )
            )
            steps.append(Self.step("calendar", isWrong ? .skipped : .passed, user: user))
        }
        let (lines, end) = Self.lines(steps, users: 10_000)
        #expect(lines.count == 2 + 10 * 2)
        #expect(end.contains("10000 users looked at, something is wrong with 10"))
        #expect(end.count { $0.hasSuffix("mailbox.not-found") } == 5)
        #expect(end.contains("5 more of the same kinds; --json tells all of them."))
        #expect(end.last == "Steps: 19981 passed, 10 failed, 10 skipped.")
    }

    @Test("what came of a step is coloured, and nothing else")
    func colours() {
        var text = CheckText(users: 1)
        let lines = CheckStepReport.Outcome.allCases.flatMap { outcome in
            text.text(of: Self.step("passed", outcome, "failed")).colouredLines
        }
        let words = lines.flatMap { line in
            line.matches(of: /\u{1B}\[[0-9;]+m(.*?)\u{1B}\[0m/).map { String($0.output.1) }
        }
        #expect(words == ["passed", "warned", "failed", "skipped"])
    }
}
