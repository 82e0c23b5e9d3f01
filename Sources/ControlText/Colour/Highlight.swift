/// A word in a text that is coloured where there are colours. The text itself stays without.
package struct Highlight: Hashable, Sendable {
    /// The index of the line.
    package var line: Int
    /// Unicode scalars of the line before the word: of these, unlike of characters, no cell merges with its neighbour.
    package var start: Int
    /// Unicode scalars of the word.
    package var length: Int
    package var ink: Ink

    init?(_ word: String, line: Int, start: Int) {
        guard let ink = Ink(word) else { return nil }
        self.line = line
        self.start = start
        length = word.unicodeScalars.count
        self.ink = ink
    }

    /// The word where the line at an index begins with `prefix` and it; `nil` where it was broken off to the next line, or
    /// has no colour.
    init?(_ word: String, after prefix: String, line: Int, of lines: [String]) {
        let prefix = prefix.printable
        guard lines.indices.contains(line), lines[line].hasPrefix(prefix + word) else { return nil }
        self.init(word, line: line, start: prefix.unicodeScalars.count)
    }
}

/// What a command tells a person.
package protocol TerminalText: Sendable {
    /// Without colours, each fit for a terminal.
    var lines: [String] { get }
    /// The words in them that are coloured where there are colours; ascending within a line.
    var highlights: [Highlight] { get }
}

extension TerminalText {
    package var highlights: [Highlight] { [] }

    /// The lines for a terminal that shows colours. What they hold of foreign texts was made printable before, so that no
    /// other sequence is in them.
    package var colouredLines: [String] {
        var lines = lines.map(\.printable)
        for highlight in highlights.reversed() {
            let scalars = lines[highlight.line].unicodeScalars
            let rest = scalars.dropFirst(highlight.start)
            let word = highlight.ink.painted(String(rest.prefix(highlight.length)))
            lines[highlight.line] =
                String(scalars.prefix(highlight.start)) + word + String(rest.dropFirst(highlight.length))
        }
        return lines
    }
}

/// Lines as they are, without colour.
package struct PlainText: TerminalText {
    package let lines: [String]

    package init(_ lines: [String]) {
        self.lines = lines
    }
}
