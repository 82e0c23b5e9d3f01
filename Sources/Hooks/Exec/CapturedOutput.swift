/// What a program wrote, its beginning and its end up to a bound; the rest is read and dropped, so that the program
/// never waits for us.
struct CapturedOutput: Hashable, Sendable {
    /// Bytes kept of the beginning.
    let limit: Int
    /// How many lines with something in them were written, kept or not.
    private(set) var lineCount = 0
    private var beginning: [UInt8] = []
    /// The last of what is not kept above.
    private var end: [UInt8] = []
    private var isInLine = false

    private static let endLimit = 1_024

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ chunk: some Collection<UInt8>) {
        count(chunk)
        let room = limit - beginning.count
        beginning.append(contentsOf: chunk.prefix(room))
        guard chunk.count > room else { return }
        end.append(contentsOf: chunk.dropFirst(room).suffix(Self.endLimit))
        end.removeFirst(max(0, end.count - Self.endLimit))
    }

    /// The kept beginning line by line, without empty lines; what is no UTF-8 and what would steer a terminal is
    /// replaced.
    var lines: [String] { Self.lines(beginning) }

    /// What the program wrote last, by which many say why they failed; without runs of spaces.
    var lastLine: String? {
        let last = Self.lines(end).last ?? lines.last
        return last?.split(separator: " ").joined(separator: " ")
    }

    private mutating func count(_ chunk: some Collection<UInt8>) {
        for byte in chunk {
            if byte == UInt8(ascii: "\n") {
                isInLine = false
            } else if !isInLine, byte > UInt8(ascii: " ") {
                isInLine = true
                lineCount += 1
            }
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let text = String(decoding: line, as: UTF8.self)
            let printable = String(String.UnicodeScalarView(text.unicodeScalars.map(\.printable)))
            return printable.allSatisfy(\.isWhitespace) ? nil : printable
        }
    }
}
