/// Text broken into lines between words; a word that is longer than a line, such as a URL, is broken where the line ends.
package struct Paragraph: Sendable {
    /// Columns of a terminal that everything fits.
    package static let width = 80

    /// Each at most `width` columns wide; at least one.
    package let lines: [String]

    /// - Parameters:
    ///   - first: what the first line begins with.
    ///   - indent: columns that the other lines are indented by.
    package init(_ text: String, first: String = "", indent: Int = 0, width: Int = Paragraph.width) {
        var filling = Filling(line: first.printable, indent: String(repeating: " ", count: indent), width: width)
        for word in text.printable.split(separator: " ") { filling.append(word) }
        lines = filling.lines + [filling.line]
    }

    private struct Filling {
        var lines: [String] = []
        var line: String
        let indent: String
        let width: Int
        /// Whether `line` is no more than what a line begins with.
        private var isAtStart = true

        init(line: String, indent: String, width: Int) {
            self.line = line
            self.indent = indent
            self.width = width
        }

        mutating func append(_ word: Substring) {
            let space = isAtStart ? "" : " "
            if line.columns + space.count + String(word).columns <= width {
                line += space + word
            } else {
                if !isAtStart { startLine() }
                for character in word {
                    if line.columns + character.columns > width { startLine() }
                    line.append(character)
                }
            }
            isAtStart = false
        }

        private mutating func startLine() {
            lines.append(line)
            line = indent
        }
    }
}
