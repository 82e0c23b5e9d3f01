/// An element of HTML as far as it matters to who hears its text (<https://html.spec.whatwg.org/multipage/indices.html>).
struct HTMLElement {
    /// The attributes that are looked at.
    enum Attribute: String {
        case alt, face, height, hidden, start, style, value, width
    }

    /// In lower case.
    let name: String
    /// An attribute that was given no value has the empty one.
    var attributes: [Attribute: String] = [:]

    init(name: String) {
        self.name = name
    }

    /// Whether it stands on lines of its own.
    var isBlock: Bool { Self.isBlock(name) }

    static func isBlock(_ name: String) -> Bool { blocks.contains(name) }

    /// Whether it shares a line with its neighbours, at a distance.
    var isCell: Bool { name == "td" || name == "th" }

    /// What it does to the text within.
    var effect: Effect {
        let style = ElementStyle(attributes[.style] ?? "")
        if Self.unseen.contains(name) || attributes[.hidden] != nil || style.isHidden { return .hides }
        if style.isListMark { return .marks }
        if style.isPictorial || ElementStyle.isPictorial(font: attributes[.face] ?? "") { return .pictures }
        return name == "pre" || style.isPreformatted ? .keepsLines : .none
    }

    /// What an element does to the text within.
    enum Effect {
        case none, hides
        /// The letters are pictures, and not said; but a list mark of Word's may be one.
        case pictures
        /// The text is the mark of a list item, as Word writes it.
        case marks
        /// Line ends are meant.
        case keepsLines
    }

    /// Elements of which nothing is seen or said. Of ruby text the base is said, not the aid to reading it; what is struck
    /// out is not meant any more.
    private static let unseen: Set<String> = [
        "datalist", "del", "head", "iframe", "object", "rp", "rt", "s", "script", "strike", "style", "svg", "template",
        "title", "xml",
    ]
    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tr", "ul",
    ]
}

extension HTMLElement {
    /// What is said in place of an image: the text that its author gave it. `nil` where a program did, by the name of a
    /// file, by what every image is, or in two paragraphs as Word does; or where the image is too small to be seen.
    var textOfImage: String? {
        let isTiny = [Attribute.width, .height].contains { ["0", "1"].contains(attributes[$0]) }
        let words = (attributes[.alt] ?? "").split { $0.isWhitespace && !$0.isNewline }
        let text = words.joined(separator: " ")
        guard !isTiny, !text.isEmpty, text.count <= 200, !text.contains(where: \.isNewline) else { return nil }
        let lowercased = text.lowercased()
        guard !Self.signsOfPlaces.contains(where: lowercased.contains) else { return nil }
        guard !Self.suffixesOfFiles.contains(where: lowercased.hasSuffix) else { return nil }
        let kind = lowercased.filter { !$0.isNumber && !" _-".contains($0) }
        return kind.isEmpty || Self.wordsForImages.contains(kind) ? nil : text
    }

    private static let signsOfPlaces = ["://", "\\", "cid:", "data:"]
    private static let suffixesOfFiles = [
        ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp", ".tif", ".tiff", ".emz",
    ]
    private static let wordsForImages: Set<String> = [
        "banner", "bild", "foto", "grafik", "graphic", "icon", "image", "img", "logo", "photo", "picture", "spacer",
    ]
}
