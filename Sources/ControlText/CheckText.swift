package import ControlAPI

/// `freebusyd check` for a person: a line or more for each step as it is taken, and at the end what is wrong and what to do
/// about it.
///
/// Of many users only those are shown with whom something is wrong; the others are counted.
package struct CheckText: Sendable {
    /// Of so many users every step is shown.
    package static let fewUsers = 10
    /// How many diagnoses of the same kind are told in full.
    private static let fewDiagnoses = 5
    /// How many diagnoses the end tells at all.
    private static let mostDiagnoses = 25
    /// Columns of the names of steps, and of what came of them.
    private static let widths = (name: 21, outcome: 9)

    private let showsEveryUser: Bool
    private var connector: String?
    private var user: String?
    private var shownUser: String?
    private var counts: [CheckStepReport.Outcome: Int] = [:]
    private var faults: [CheckStepReport] = []
    /// Faults beyond those that are kept, since many users may have the same.
    private var others = 0
    private var users = UserCounts()

    /// - Parameter users: how many users are looked at.
    package init(users: Int) {
        showsEveryUser = users <= Self.fewUsers
    }

    /// How many users were looked at so far.
    package var usersSeen: Int { users.all }

    /// What to show of a step; nothing where it is only counted.
    package mutating func text(of step: CheckStepReport) -> some TerminalText {
        counts[step.outcome, default: 0] += 1
        remember(step)
        var lines = headings(before: step)
        let isShown = step.user == nil || showsEveryUser || step.outcome == .failed || step.outcome == .warned
        guard isShown else { return CheckLines(lines: lines, highlights: []) }
        if let user = step.user, user != shownUser {
            shownUser = user
            lines += Paragraph(user, first: "  ", indent: 4).lines
        }
        return stepLines(step, after: lines)
    }

    /// What to show when all steps are taken.
    package func ending() -> some TerminalText {
        var lines: [String] = []
        if !showsEveryUser, users.all > 0 {
            let faulty = users.faulty > 0 ? ", something is wrong with \(users.faulty)" : ""
            lines += ["", "\(Count.text(users.all, "user")) looked at\(faulty)"]
        }
        for fault in faults.prefix(Self.mostDiagnoses) {
            lines.append("")
            lines += Paragraph("\(fault.place): \(fault.diagnosis ?? "")").lines
            lines += Paragraph(fault.summary ?? fault.seen, first: "  ", indent: 2).lines
            lines += Paragraph(fault.remedy ?? "", first: "  → ", indent: 4).lines
        }
        let left = others + max(0, faults.count - Self.mostDiagnoses)
        if left > 0 { lines += ["", "\(left) more of the same kinds; --json tells all of them."] }
        return PlainText(lines + [""] + Paragraph(sum).lines)
    }

    private var sum: String {
        let parts = CheckStepReport.Outcome.allCases.compactMap { outcome in
            counts[outcome].map { "\($0) \(outcome.rawValue)" }
        }
        return parts.isEmpty ? "No step was taken." : "Steps: \(parts.joined(separator: ", "))."
    }

    private mutating func remember(_ step: CheckStepReport) {
        if let user = step.user { users.note(user, isFaulty: step.outcome == .failed) }
        guard let diagnosis = step.diagnosis else { return }
        // Of a kind that meets many users the first few say enough.
        guard faults.count(where: { $0.diagnosis == diagnosis }) < Self.fewDiagnoses else { return others += 1 }
        faults.append(step)
    }

    private mutating func headings(before step: CheckStepReport) -> [String] {
        guard step.connector != connector, let name = step.connector else { return [] }
        defer {
            connector = name
            shownUser = nil
        }
        return (connector == nil ? [] : [""]) + Paragraph("Connector \(name)").lines
    }

    private func stepLines(_ step: CheckStepReport, after lines: [String]) -> CheckLines {
        let name = "  " + (step.user == nil ? "" : "  ") + step.name
        let start = name + String(repeating: " ", count: max(1, Self.widths.name - name.columns))
        let outcome = step.outcome.rawValue
        let first = start + outcome + String(repeating: " ", count: max(1, Self.widths.outcome - outcome.count))
        let time = step.milliseconds.map { $0 < 1_000 ? "" : " (\($0 / 1_000) s)" } ?? ""
        let text = Paragraph(step.seen + time, first: first, indent: first.columns).lines
        let highlight = Highlight(outcome, after: start, line: lines.count, of: lines + text)
        return CheckLines(lines: lines + text, highlights: [highlight].compactMap(\.self))
    }
}

/// Lines of a check.
private struct CheckLines: TerminalText {
    let lines: [String]
    let highlights: [Highlight]
}

/// Users that come one after the other.
private struct UserCounts: Sendable {
    private var newest: String?
    private var isNewestFaulty = false
    private(set) var all = 0
    private(set) var faulty = 0

    mutating func note(_ user: String, isFaulty: Bool) {
        if user != newest {
            (newest, isNewestFaulty) = (user, false)
            all += 1
        }
        guard isFaulty, !isNewestFaulty else { return }
        isNewestFaulty = true
        faulty += 1
    }
}

extension CheckStepReport {
    /// Where something is wrong.
    fileprivate var place: String { [connector, user, name].compactMap(\.self).joined(separator: ", ") }
}
