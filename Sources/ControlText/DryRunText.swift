package import ControlAPI

/// `check-config --dry-run` for a person.
package struct DryRunText: TerminalText {
    /// How many users that come or go are named.
    private static let longest = 5

    package let lines: [String]
    package let highlights: [Highlight]

    package init(_ report: DryRunReport) {
        let table = TextTable(
            [
                TextTable.Column(heading: "USER", least: 18) { $0.addressCut(to: $1) },
                TextTable.Column(heading: "EXT", least: 5, most: 12) { $0.cutInMiddle(to: $1) },
                TextTable.Column(heading: "NOW", least: 9, isColoured: true),
                TextTable.Column(heading: "THEN", least: 9, isColoured: true),
                TextTable.Column(heading: "WHY", least: 24),
            ],
            rows: report.changes.map { [$0.address, $0.phoneExtension ?? "-", $0.presence, $0.newPresence, $0.cause] }
        )
        var lines = report.changes.isEmpty ? [] : table.lines() + [""]
        highlights = report.changes.isEmpty ? [] : table.highlights()
        lines.append(
            report.changes.isEmpty
                ? "The rules would change nobody's presence now (\(Count.text(report.compared, "user")) compared)."
                : "The rules would change the presence of \(report.changes.count) of "
                    + "\(Count.text(report.compared, "user")) now."
        )
        if let line = Self.line(report.added, "would come") { lines += line }
        if let line = Self.line(report.removed, "would no longer be read") { lines += line }
        self.lines = lines
    }

    private static func line(_ addresses: [String], _ what: String) -> [String]? {
        guard !addresses.isEmpty else { return nil }
        let more = addresses.count > longest ? ", …" : ""
        let names = addresses.prefix(longest).joined(separator: ", ")
        return Paragraph("\(Count.text(addresses.count, "user")) \(what): \(names)\(more)", indent: 2).lines
    }
}
