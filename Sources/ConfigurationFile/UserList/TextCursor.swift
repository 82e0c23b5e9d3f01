/// Goes through the bytes of a text and knows the place it has come to.
///
/// Lines end with LF, CRLF or a lone CR, as editors count them; columns count Unicode code points, as everywhere in
/// mistakes. The bytes need not be UTF-8.
struct TextCursor {
    private let bytes: [UInt8]
    /// Where in the bytes.
    private(set) var index = 0
    /// Where in the text.
    private(set) var place = Place.start

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The byte that comes next; `nil` at the end.
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    var isAtLineBreak: Bool { next == Self.lineFeed || next == Self.carriageReturn }

    /// Steps over the next byte, or over all of a line break; stays at the end.
    mutating func step() {
        guard let byte = next else { return }
        index += 1
        switch byte {
        case Self.lineFeed: beginLine()
        case Self.carriageReturn:
            if next == Self.lineFeed { index += 1 }
            beginLine()
        // The later bytes of a code point (RFC 3629, 3) are no columns.
        case 0x80...0xBF: break
        default: place.column += 1
        }
    }

    /// What lies between an earlier index and here.
    func text(from start: Int) -> String { String(decoding: bytes[start..<index], as: UTF8.self) }

    private mutating func beginLine() {
        place = Place(line: place.line + 1, column: 1)
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
}
