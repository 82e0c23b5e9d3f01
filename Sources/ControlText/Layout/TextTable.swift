/// Rows under headings, in columns as wide as their longest cell. Where the whole is too wide, whichever column has most
/// to spare gives way first, down to the least it asks for.
struct TextTable {
    private static let gap = "  "

    /// A column and how it is cut.
    struct Column {
        var heading: String
        /// Columns of the terminal below which the cells are not cut.
        var least: Int
        /// Columns of the terminal above which they are, whatever room there is.
        var most = Int.max
        var cut: (_ cell: String, _ width: Int) -> String = { $0.cutAtEnd(to: $1) }
        /// Whether the cells are words that have a colour.
        var isColoured = false
    }

    let columns: [Column]
    let rows: [[String]]

    init(_ columns: [Column], rows: [[String]]) {
        self.columns = columns
        self.rows = rows.map { row in row.map(\.printable) }
    }

    /// - Parameter width: columns of the terminal.
    func lines(width: Int = Paragraph.width) -> [String] {
        cells(width: width).map { $0.joined(separator: Self.gap).trimmingTrailingSpaces }
    }

    /// The coloured words of `lines` of the same width.
    func highlights(width: Int = Paragraph.width) -> [Highlight] {
        cells(width: width).enumerated().dropFirst().flatMap { line, cells in
            columns.indices.filter { columns[$0].isColoured }.compactMap { index in
                let start = cells[..<index].reduce(0) { $0 + $1.unicodeScalars.count + Self.gap.count }
                return Highlight(cells[index].trimmingTrailingSpaces, line: line, start: start)
            }
        }
    }

    /// Headings and rows, each cell as wide as its column.
    private func cells(width: Int) -> [[String]] {
        let widths = self.widths(within: width)
        return ([columns.map(\.heading)] + rows).map { row in
            zip(columns, zip(row, widths)).map { column, cell in
                let (text, width) = cell
                return (text.columns <= width ? text : column.cut(text, width)).padded(to: width)
            }
        }
    }

    /// Whether the whole fits when the column at `index` gives way and no other.
    func fits(narrowing index: Int, width: Int = Paragraph.width) -> Bool {
        let spare = max(0, wanted[index] - columns[index].least)
        return Self.total(wanted) - spare <= width
    }

    /// How wide the columns would be if there were room.
    private var wanted: [Int] {
        columns.indices.map { index in
            let longest = rows.map { $0[index].columns }.max() ?? 0
            return min(columns[index].most, max(columns[index].heading.count, longest))
        }
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap.count * (widths.count - 1) }

    private func widths(within width: Int) -> [Int] {
        var widths = wanted
        var excess = Self.total(widths) - width
        while excess > 0 {
            let spare = columns.indices.map { widths[$0] - columns[$0].least }
            guard let widest = spare.indices.max(by: { spare[$0] < spare[$1] }), spare[widest] > 0 else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}

extension String {
    /// The text in at most `width` columns; what does not fit ends in `…`.
    func cutAtEnd(to width: Int) -> String {
        guard columns > width else { return self }
        return taking(width - 1, from: self) + "…"
    }

    /// The text in at most `width` columns; what does not fit has `…` in its middle, so that both ends can be read.
    func cutInMiddle(to width: Int) -> String {
        guard columns > width else { return self }
        let tail = (width - 1) / 2
        return taking(width - 1 - tail, from: self) + "…" + String(taking(tail, from: reversed()).reversed())
    }

    /// An e-mail address in at most `width` columns. The part before the `@` tells users apart, so the domain gives way
    /// first.
    func addressCut(to width: Int) -> String {
        guard columns > width, let at = lastIndex(of: "@") else { return cutInMiddle(to: width) }
        let user = String(self[...at])
        guard user.columns < width else { return String(user.dropLast()).cutInMiddle(to: width - 2) + "@…" }
        return user + String(self[at...].dropFirst()).cutInMiddle(to: width - user.columns)
    }

    private func taking(_ width: Int, from characters: some Sequence<Character>) -> String {
        var text = ""
        var used = 0
        for character in characters {
            used += character.columns
            guard used <= width else { break }
            text.append(character)
        }
        return text
    }

    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - columns)) }

    fileprivate var trimmingTrailingSpaces: String {
        String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
    }
}
