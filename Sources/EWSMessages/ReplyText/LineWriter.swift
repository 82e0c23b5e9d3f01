/// Writes lines of text: decides what goes between two letters, and which characters are none.
struct LineWriter {
    /// What separates a letter from the one before, ascending.
    enum Gap: Comparable {
        case none, space, line, emptyLine

        fileprivate var text: String {
            switch self {
            case .none: ""
            case .space: " "
            case .line: "\n"
            case .emptyLine: "\n\n"
            }
        }
    }

    private let characterLimit: Int
    private var text = ""
    /// What goes before the next letter.
    private var gap = Gap.none
    /// The mark of a list item that the next letter begins; an item without text shows none.
    private var mark: String?
    /// Whether a cell has begun in which nothing is written: until then the line does not end.
    private var isAtCellStart = false
    /// A character that joins its neighbours, if the next letter follows at once.
    private var joiner: Unicode.Scalar?
    /// Whether a letter did not fit.
    private var isFull = false

    init(characterLimit: Int) {
        self.characterLimit = characterLimit
    }

    /// Whether the next letter begins a line.
    var isAtLineStart: Bool { mark == nil && (text.isEmpty || gap >= .line) }

    /// Sets the next letter apart by `gap` at least.
    mutating func widen(to gap: Gap) {
        if isAtCellStart, gap > .space { return }
        self.gap = max(self.gap, gap)
    }

    /// Ends the line; twice in a row, it leaves one empty.
    mutating func endLine() {
        widen(to: gap >= .line ? .emptyLine : .line)
    }

    /// Begins a cell in the line of the one before.
    mutating func beginCell() {
        gap = .space
        isAtCellStart = true
    }

    /// Begins a list item.
    mutating func mark(_ mark: String) {
        self.mark = mark
    }

    /// Adds a letter, white space, or what is neither and goes.
    mutating func add(_ scalar: Unicode.Scalar) {
        let scalar = Self.meant(scalar)
        switch scalar {
        // The joiners hold some emoji together, and matter to the spelling of some languages.
        case "\u{200C}", "\u{200D}": joiner = scalar
        case "\u{FFFC}", "\u{FFFD}": break
        case _ where scalar.properties.isWhitespace: widen(to: .space)
        case _ where scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isVariationSelector: break
        default:
            switch scalar.properties.generalCategory {
            // Characters of private use belong to fonts of pictures.
            case .control, .privateUse: break
            default: write(scalar)
            }
        }
    }

    /// All that was added; where that is more than the limit, up to the end of a word, with an ellipsis.
    func finish() -> String {
        let end = text.index(text.startIndex, offsetBy: characterLimit, limitedBy: text.endIndex) ?? text.endIndex
        guard isFull || end < text.endIndex else { return text }
        let head = text[..<end].dropLast()
        var words = head
        if head.endIndex < text.endIndex, !text[head.endIndex].isWhitespace {
            // A word longer than this is none, and is cut where the limit is.
            let isInWord = head.suffix(100).contains(where: \.isWhitespace)
            if isInWord { while let last = words.last, !last.isWhitespace { words.removeLast() } }
        }
        while words.last?.isWhitespace ?? false { words.removeLast() }
        return words + "…"
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        // A character may be made of many code points; this keeps the work bounded.
        guard text.utf8.count < characterLimit * 16 else { return isFull = true }
        if text.isEmpty { gap = .none }
        text += gap.text
        if let mark {
            text += mark + " "
        } else if gap == .none, let joiner, !scalar.isASCII, text.unicodeScalars.last?.isASCII == false {
            text.unicodeScalars.append(joiner)
        }
        text.unicodeScalars.append(scalar)
        gap = .none
        mark = nil
        joiner = nil
        isAtCellStart = false
    }

    /// What browsers show for the control characters of 0x80 to 0x9F, which old programs write for those of Windows 1252
    /// (<https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state>).
    private static func meant(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        0x80...0x9F ~= scalar.value ? windows1252[Int(scalar.value - 0x80)] : scalar
    }

    private static let windows1252 = Array("€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)
}
