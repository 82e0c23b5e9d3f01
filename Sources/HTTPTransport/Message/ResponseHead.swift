/// Status and header of an answer, put together from the lines that libcurl hands over one by one.
struct ResponseHead: Hashable, Sendable {
    var status = 0
    var headers = HTTPHeaders()
}

/// Reads the lines of a header: leaves out interim answers (1xx) and what a chunked body trails after itself.
struct HeadParser {
    enum Verdict: Hashable {
        case incomplete
        case complete(ResponseHead)
        case tooLarge
    }

    /// Bytes that the lines may have together, interim answers included.
    let limit: Int
    private var head = ResponseHead()
    private var isComplete = false
    private var bytes = 0

    init(limit: Int) {
        self.limit = limit
    }

    mutating func receive(line: some Collection<UInt8>) -> Verdict {
        bytes += line.count
        guard bytes <= limit else { return .tooLarge }
        guard !isComplete else { return .incomplete }
        let text = String(decoding: line, as: UTF8.self)
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
