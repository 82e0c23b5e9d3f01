/// The declarations in a `style` attribute that decide whether text is seen, and how
/// (<https://www.w3.org/TR/css-style-attr/>).
struct ElementStyle {
    /// By their names; both in lower case and without white space around.
    private var values: [Substring: Substring] = [:]

    init(_ text: String) {
        guard !text.isEmpty else { return }
        for declaration in text.prefix(2_000).lowercased().split(separator: ";") {
            guard let colon = declaration.firstIndex(of: ":") else { continue }
            values[Self.trimmed(declaration[..<colon])] = Self.trimmed(declaration[declaration.index(after: colon)...])
        }
    }

    /// Nothing is seen of the element.
    var isHidden: Bool { has("display", "none") || has("visibility", "hidden") || has("mso-hide", "all") }

    /// Word's way to write the number or the bullet of a list item into the text.
    var isListMark: Bool { has("mso-list", "ignore") }

    /// Line ends in the text are seen as such.
    var isPreformatted: Bool { has("white-space", "pre") }

    /// The letters are pictures: Outlook turns `:-)` into a J of Wingdings.
    var isPictorial: Bool { Self.isPictorial(font: values["font-family"] ?? "") }

    static func isPictorial(font: some StringProtocol) -> Bool {
        let name = font.lowercased().drop { $0 == "\"" || $0 == "'" || $0 == " " }
        return name.hasPrefix("wingdings") || name.hasPrefix("webdings")
    }

    /// A value may be followed by `!important`, and `pre` by more, as in `pre-wrap`.
    private func has(_ name: Substring, _ value: String) -> Bool { values[name]?.hasPrefix(value) ?? false }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return text
    }
}
