/// Rows under headings, in columns as wide as their longest cell; where the whole is too wide, the first column gives
/// way.
struct TextTable {
    private static let gap = "  "

    let headings: [String]
    var rows: [[String]] = []

    /// - Parameter width: columns of the terminal.
    func lines(width: Int = 80) -> [String] {
        let all = [headings] + rows
        var widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let excess = widths.reduce(0, +) + Self.gap.count * (widths.count - 1) - width
        if excess > 0, let first = widths.first { widths[0] = max(12, first - excess) }
        return all.map { row in
            let cells = zip(row, widths).map { Self.fit($0, to: $1) }
            return cells.joined(separator: Self.gap).trimmingTrailingSpaces
        }
    }

    /// `text` in exactly `width` columns; what does not fit ends in `…`.
    private static func fit(_ text: String, to width: Int) -> String {
        guard text.count > width else { return text + String(repeating: " ", count: width - text.count) }
        return text.prefix(max(0, width - 1)) + "…"
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
    }
}
