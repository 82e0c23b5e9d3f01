/// Status and header of an answer, put together from the lines that libcurl hands over one by one.
struct ResponseHead: Hashable, Sendable {
    var status = 0
    var headers = HTTPHeaders()
}

/// Reads the lines of a header: leaves out interim answers (1xx) and what a chunked body trails after itself.
///
/// With NTLM libcurl hands over the header of every answer on the way to being let in, but none of their bodies. So a
/// header only counts when its body begins or the transfer ends, and until then another one may take its place.
struct HeadParser {
    enum Verdict: Hashable {
        case incomplete
        case complete(ResponseHead)
        case tooLarge
    }

    /// Bytes that the lines may have together, interim answers included.
    let limit: Int
    /// Whether a new status line begins a new answer, which replaces the one before.
    private(set) var mayStartOver: Bool
    private var head = ResponseHead()
    private var isComplete = false
    private var bytes = 0

    init(limit: Int, mayStartOver: Bool = false) {
        self.limit = limit
        self.mayStartOver = mayStartOver
    }

    /// The last header was that of the answer.
    mutating func settle() {
        mayStartOver = false
    }

    mutating func receive(line: some Collection<UInt8>) -> Verdict {
        bytes += line.count
        guard bytes <= limit else { return .tooLarge }
        let text = String(decoding: line, as: UTF8.self)
        if isComplete, mayStartOver, text.hasPrefix("HTTP/") { isComplete = false }
        guard !isComplete else { return .incomplete }
        let content = text.trimmed
        if content.isEmpty { return endOfHead() }
        if text.hasPrefix("HTTP/") {
            head = ResponseHead(status: Self.status(in: content))
        } else if text.utf8.first.map(isBlank) ?? false, !head.headers.fields.isEmpty {
            // A folded line (RFC 9112, 5.2) belongs to the value before it.
            head.headers.fields[head.headers.fields.count - 1].value += " \(content)"
        } else if let colon = content.utf8.firstIndex(of: 0x3A) {
            let name = String(content[..<colon]).trimmed
            head.headers.append(name, String(content[content.utf8.index(after: colon)...]).trimmed)
        }
        return .incomplete
    }

    private mutating func endOfHead() -> Verdict {
        guard head.status >= 200 else {
            head = ResponseHead()
            return .incomplete
        }
        isComplete = true
        return .complete(head)
    }

    /// The number in `HTTP/1.1 200 OK`; libcurl has already refused what is none.
    private static func status(in line: String) -> Int {
        let words = line.split(separator: " ", maxSplits: 2)
        return words.count > 1 ? Int(words[1]) ?? 0 : 0
    }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

extension String {
    /// Without blanks and line ends around it.
    fileprivate var trimmed: String {
        let start = utf8.firstIndex { !isBlank($0) } ?? endIndex
        let end = utf8.lastIndex { !isBlank($0) }.map { utf8.index(after: $0) } ?? start
        return String(self[start..<end])
    }
}
