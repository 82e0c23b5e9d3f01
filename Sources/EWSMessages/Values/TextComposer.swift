/// Puts the text of an HTML document together as lines.
struct TextComposer {
    private enum List {
        case unordered
        /// With the number of its last item.
        case ordered(Int)
    }

    /// Elements of which nothing is shown.
    private static let hidden: Set<String> = ["head", "script", "style", "template", "title", "xml"]
    /// Elements that stand on lines of their own.
    private static let blocks: Set<String> = [
        "address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2",
        "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul",
    ]
    /// Elements that share a line with their neighbours, at a distance.
    private static let cells: Set<String> = ["td", "th"]

    /// Whether line ends in the text are meant, as they are where there are no tags.
    private let keepsLines: Bool
    private let characterLimit: Int
    private var text = ""
    /// How many line ends go before the next letter; two make an empty line, and there are never more.
    private var pendingBreaks = 0
    private var pendingSpace = false
    /// Whether the mark of a list item was the last that was written; its text follows on the same line.
    private var isAfterMark = false
    private var hiddenDepth = 0
    private var preformattedDepth = 0
    private var lists: [List] = []

    init(keepsLines: Bool, characterLimit: Int) {
        self.keepsLines = keepsLines
        self.characterLimit = characterLimit
    }

    mutating func add(_ token: HTMLToken) {
        switch token {
        case .start(let name): start(name)
        case .end(let name): end(name)
        case .text(let piece):
            // A character may be made of many code points; this only keeps the work bounded.
            guard hiddenDepth == 0, text.utf8.count < characterLimit * 16 else { return }
            for scalar in piece.unicodeScalars { add(scalar) }
        }
    }

    /// All that was added, within the limit.
    func finish() -> String { String(text.prefix(characterLimit)) }

    private mutating func start(_ name: String) {
        if Self.hidden.contains(name) { hiddenDepth += 1 }
        if Self.blocks.contains(name) { breakLine() }
        if Self.cells.contains(name) { pendingSpace = true }
        switch name {
        case "br": pendingBreaks = min(2, pendingBreaks + 1)
        case "pre": preformattedDepth += 1
        case "ul": lists.append(.unordered)
        case "ol": lists.append(.ordered(0))
        case "li": beginItem()
        default: break
        }
    }

    private mutating func end(_ name: String) {
        if Self.hidden.contains(name) { hiddenDepth = max(0, hiddenDepth - 1) }
        if Self.blocks.contains(name) { breakLine() }
        switch name {
        case "pre": preformattedDepth = max(0, preformattedDepth - 1)
        case "ul", "ol": _ = lists.popLast()
        default: break
        }
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\n" where keepsLines || preformattedDepth > 0: pendingBreaks = min(2, pendingBreaks + 1)
        case "\u{200B}", "\u{FEFF}", "\u{AD}": break
        case _ where scalar.properties.isWhitespace: pendingSpace = true
        case _ where scalar.properties.generalCategory == .control: break
        default: write(scalar)
        }
    }

    private mutating func breakLine() {
        pendingBreaks = max(1, pendingBreaks)
    }

    private mutating func beginItem() {
        // An item without text leaves its mark alone on the line; the next mark must not follow it there.
        isAfterMark = false
        var mark = "-"
        if case .ordered(let number) = lists.last {
            lists[lists.count - 1] = .ordered(number + 1)
            mark = "\(number + 1)."
        }
        for scalar in mark.unicodeScalars { write(scalar) }
        isAfterMark = true
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        if !text.isEmpty {
            if isAfterMark {
                text += " "
            } else if pendingBreaks > 0 {
                text += pendingBreaks > 1 ? "\n\n" : "\n"
            } else if pendingSpace {
                text += " "
            }
        }
        isAfterMark = false
        pendingBreaks = 0
        pendingSpace = false
        text.unicodeScalars.append(scalar)
    }
}
