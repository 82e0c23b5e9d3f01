/// What a program wrote, up to a bound; the rest is read and dropped, so that the program never waits for us.
struct CapturedOutput: Hashable, Sendable {
    /// In bytes.
    let limit: Int
    private var bytes: [UInt8] = []
    /// Whether the program wrote more than is kept.
    private(set) var isCut = false

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ chunk: some Collection<UInt8>) {
        let room = limit - bytes.count
        bytes.append(contentsOf: chunk.prefix(room))
        if chunk.count > room { isCut = true }
    }

    /// Line by line, without empty lines; what is no UTF-8 and what would steer a terminal is replaced.
    var lines: [String] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let text = String(decoding: line, as: UTF8.self)
            let printable = String(String.UnicodeScalarView(text.unicodeScalars.map(Self.printable)))
            return printable.allSatisfy(\.isWhitespace) ? nil : printable
        }
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: " "
        default: scalar
        }
    }
}
