/// Puts the text of an HTML document together as lines: decides what each element means to who only hears them.
struct TextComposer {
    /// An element that has begun and not ended.
    private struct OpenElement {
        let name: String
        /// Of the element itself, or inherited.
        let effect: HTMLElement.Effect
        /// Of an ordered list, the number of its last item.
        var lastNumber: Int?
        /// Where no element around it does the same: the mark is read from here.
        var beginsMark = false
    }

    private let isPlain: Bool
    private var writer: LineWriter
    /// Outermost first.
    private var open: [OpenElement] = []
    /// The letters of a list mark of Word's that is being read.
    private var mark = ""
    /// Whether no cell of the current row has begun.
    private var isRowNew = false

    /// - Parameters:
    ///   - isPlain: whether the text was typed as text, so that its line ends are meant and nothing else means anything.
    ///   - characterLimit: the most characters of the result.
    init(isPlain: Bool, characterLimit: Int) {
        self.isPlain = isPlain
        writer = LineWriter(characterLimit: characterLimit)
    }

    mutating func add(_ token: HTMLToken) {
        switch token {
        case .start(let element): start(element)
        case .end(let name): end(name)
        case .text(let text): add(text)
        }
    }

    /// All that was added, within the limit.
    func finish() -> String { writer.finish() }

    private var effect: HTMLElement.Effect { open.last?.effect ?? .none }

    private mutating func start(_ element: HTMLElement) {
        let own = element.effect
        var entry = OpenElement(name: element.name, effect: Self.combined(effect, own))
        if entry.effect == .marks, effect != .marks {
            entry.beginsMark = true
            mark = ""
        }
        if element.name == "ol" { entry.lastNumber = (Self.number(element.attributes[.start]) ?? 1) - 1 }
        open.append(entry)
        guard entry.effect != .hides else { return }
        if element.isBlock { writer.widen(to: .line) }
        switch element.name {
        case "br": writer.endLine()
        case "tr": isRowNew = true
        case "li": beginItem(Self.number(element.attributes[.value]))
        case "img": if let text = element.textOfImage { add(" \(text) ") }
        case _ where element.isCell:
            // The first cell begins with its row.
            if !isRowNew { writer.beginCell() }
            isRowNew = false
        default: break
        }
    }

    /// Ends the innermost element of this name and those within it. libxml2 may leave some without an end.
    private mutating func end(_ name: String) {
        guard let index = open.lastIndex(where: { $0.name == name }) else { return }
        if open[index].effect != .hides, HTMLElement.isBlock(name) { writer.widen(to: .line) }
        if open[index...].contains(where: \.beginsMark) { writer.mark(Self.listMark(mark)) }
        open.removeSubrange(index...)
    }

    /// What an element does within another.
    private static func combined(_ outer: HTMLElement.Effect, _ inner: HTMLElement.Effect) -> HTMLElement.Effect {
        switch (outer, inner) {
        case (.hides, _), (_, .hides): .hides
        case (.marks, _), (_, .marks): .marks
        case (.pictures, _): .pictures
        case (.keepsLines, .none): .keepsLines
        default: inner
        }
    }

    private mutating func add(_ text: String) {
        switch effect {
        case .hides, .pictures: break
        case .marks: mark += text.prefix(20)
        case .none, .keepsLines:
            let keepsLines = isPlain || effect == .keepsLines
            for scalar in text.unicodeScalars {
                if keepsLines, scalar == "\n" {
                    writer.endLine()
                } else if !isPlain, writer.isAtLineStart, Self.bullets.contains(scalar) {
                    writer.mark("-")
                } else {
                    writer.add(scalar)
                }
            }
        }
    }

    private mutating func beginItem(_ value: Int?) {
        let list = open.lastIndex { ["dir", "menu", "ol", "ul"].contains($0.name) }
        guard let list, let last = open[list].lastNumber else { return writer.mark("-") }
        let number = value ?? last + 1
        open[list].lastNumber = number
        writer.mark("\(number).")
    }

    /// As it is told: a number or letter with what stands behind it, else a dash. Word's bullets are single characters,
    /// some of them letters of a font of pictures.
    private static func listMark(_ text: String) -> String {
        let mark = text.filter { !$0.isWhitespace }
        return mark.count > 1 || mark.contains(where: \.isNumber) ? String(mark.prefix(10)) : "-"
    }

    /// What people type, and what is left of Word's lists where somebody took the styles away.
    private static let bullets: Set<Unicode.Scalar> = ["\u{B7}", "•", "‣", "▪", "●", "◦", "\u{F0A7}", "\u{F0B7}"]

    /// A number such as a list may have.
    private static func number(_ text: String?) -> Int? {
        text.flatMap { Int($0) }.flatMap { 0...1_000_000 ~= $0 ? $0 : nil }
    }
}
