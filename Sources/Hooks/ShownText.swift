extension String {
    /// Text from outside in a sentence of ours: one line of at most 200 characters, without runs of spaces, nothing in
    /// it that would steer a terminal.
    var shown: String {
        // Looking at all of a long text costs more than looking at what can be shown of it.
        let line = prefix(201).unicodeScalars.prefix(1_000).map(\.printable)
        let words = String(String.UnicodeScalarView(line)).split(separator: " ")
        return words.joined(separator: " ").shortened(to: 200)
    }

    /// Itself, or its first `limit - 1` characters and an ellipsis.
    func shortened(to limit: Int) -> String {
        // Counting all characters of a long text costs more than looking for its end.
        index(startIndex, offsetBy: limit, limitedBy: endIndex).map { $0 == endIndex } ?? true
            ? self : prefix(limit - 1) + "…"
    }
}

extension Unicode.Scalar {
    /// Itself, or a space in place of what is not there to be seen.
    var printable: Unicode.Scalar {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: " "
        default: self
        }
    }
}
