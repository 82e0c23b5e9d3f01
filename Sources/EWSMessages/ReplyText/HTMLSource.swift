import CXML2

/// The bytes of a reply body, mended where libxml2 2.9 knows less than browsers do, so that it reads what they show.
///
/// - `<![if !supportLists]>` and whatever else begins with `<!` or `<?` and is no comment goes; libxml2 would show it.
/// - A comment without an end is none: better too much is told than nothing.
/// - The body is open from the first byte to the last: libxml2 drops text before it begins or after it ends.
/// - `<wbr>`, which is never closed and shows nothing, goes; libxml2 would put all that follows into it.
/// - `<anna@example.com>` and `<3` are text; libxml2 would take the former for a tag.
/// - `&nbsp`, and other references of old that browsers know without their semicolon, get it; `&#` without a number is text.
/// - A tag with thousands of attributes ends early, since libxml2 compares each with each.
struct HTMLSource {
    /// More words than this without a `>` cannot be a sensible tag, and are too many to be told where they are text.
    private static let wordLimit = 4_000
    /// The longest name of an element or a reference that is looked up.
    private static let nameLimit = 32

    /// Whether there is markup. Without any, the body is plain text: each `<` in it is one, and its line ends are meant.
    let hasTags: Bool
    /// What to parse: HTML in either case, UTF-8, without control characters.
    let bytes: [UInt8]

    /// Looks at no more than `byteLimit` bytes of `body`.
    init(_ body: String, byteLimit: Int) {
        // Whole characters, also where the limit cuts one in two.
        let input = Array(String(decoding: body.utf8.prefix(byteLimit), as: UTF8.self).utf8)
        hasTags = input.withUnsafeBufferPointer { input in
            input.indices.contains { input[$0] == UInt8(ascii: "<") && Self.isMarkup(input, at: $0) }
        }
        var mending = Mending(hasTags: hasTags)
        bytes = input.withUnsafeBufferPointer { mending.mend($0) }
    }

    /// Whether the `<` at `start` begins a comment, a document type, an end tag, or a tag of an element that is known.
    private static func isMarkup(_ input: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        if let name = tagName(input, at: start) {
            return isEndTag(input, at: start) || name.contains(":") || htmlTagLookup(name) != nil
        }
        guard start + 2 < input.count, input[start + 1] == UInt8(ascii: "!") else { return false }
        return [UInt8(ascii: "-"), UInt8(ascii: "["), UInt8(ascii: "D"), UInt8(ascii: "d")].contains(input[start + 2])
    }

    /// The name in lower case of the tag that may begin at `start`, `nil` where none does.
    private static func tagName(_ input: UnsafeBufferPointer<UInt8>, at start: Int) -> String? {
        let first = start + (isEndTag(input, at: start) ? 2 : 1)
        let name = input[first...].prefix(nameLimit + 1).prefix { isLetter($0) || isDigit($0) || isNameMark($0) }
        guard let letter = name.first, isLetter(letter), name.last != UInt8(ascii: ":"), name.endIndex < input.count
        else { return nil }
        let next = input[name.endIndex]
        guard isWhiteSpace(next) || next == UInt8(ascii: ">") || next == UInt8(ascii: "/") else { return nil }
        return String(decoding: name, as: UTF8.self).lowercased()
    }

    /// Behind the next `>`, or the end.
    private static func tagEnd(_ input: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        (input[start...].firstIndex(of: UInt8(ascii: ">")) ?? input.count - 1) + 1
    }

    private static func isEndTag(_ input: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        start + 1 < input.count && input[start + 1] == UInt8(ascii: "/")
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
    private static func isNameMark(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-") }
    private static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
}

extension HTMLSource {
    /// Goes through the bytes once.
    private struct Mending {
        let hasTags: Bool
        private var output: [UInt8] = []
        /// How many words there were since the last `>`.
        private var words = 0
        /// No comment ends any more; known once one was looked for in vain.
        private var hasNoCommentEnd = false

        init(hasTags: Bool) {
            self.hasTags = hasTags
        }

        mutating func mend(_ input: UnsafeBufferPointer<UInt8>) -> [UInt8] {
            output.reserveCapacity(input.count + 6)
            output += Array("<body>".utf8)
            var position = 0
            while position < input.count {
                switch input[position] {
                case UInt8(ascii: "<"): position = angle(input, at: position)
                case UInt8(ascii: "&"): position = reference(input, at: position)
                default: position = other(input, at: position)
                }
            }
            return output
        }

        /// - Returns: where to go on; so do all the following.
        private mutating func angle(_ input: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
            let next = start + 1 < input.count ? input[start + 1] : 0
            if hasTags, next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
                guard input[start...].starts(with: Array("<!--".utf8)) else {
                    return HTMLSource.tagEnd(input, at: start)
                }
                guard let end = commentEnd(input, at: start) else { return start + 4 }
                output += input[start..<end]
                return end
            }
            guard hasTags, let name = HTMLSource.tagName(input, at: start) else {
                output += Array("&lt;".utf8)
                return start + 1
            }
            if name == "wbr" || ["body", "html"].contains(name) && HTMLSource.isEndTag(input, at: start) {
                return HTMLSource.tagEnd(input, at: start)
            }
            output.append(UInt8(ascii: "<"))
            return start + 1
        }

        /// The end of the comment that begins at `start`.
        private mutating func commentEnd(_ input: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
            guard !hasNoCommentEnd else { return nil }
            var index = start + 4
            while index + 2 < input.count {
                if input[index] == UInt8(ascii: "-"), input[index + 1] == UInt8(ascii: "-"),
                    input[index + 2] == UInt8(ascii: ">")
                {
                    return index + 3
                }
                index += 1
            }
            hasNoCommentEnd = true
            return nil
        }

        /// Only the characters of Latin 1 have references that may lack their semicolon.
        private mutating func reference(_ input: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
            if isBrokenNumber(input[(start + 1)...].prefix(3)) {
                output += Array("&amp;".utf8)
                return start + 1
            }
            let name = input[(start + 1)...].prefix(nameLimit).prefix { isLetter($0) || isDigit($0) }
            output += input[start..<name.endIndex]
            let isEnded = name.endIndex < input.count && input[name.endIndex] == UInt8(ascii: ";")
            if !isEnded, let entity = htmlEntityLookup(String(decoding: name, as: UTF8.self)),
                entity.pointee.value < 0x100
            {
                output.append(UInt8(ascii: ";"))
            }
            return name.endIndex
        }

        /// Whether a `#` stands there without the digit that a reference needs; `x` makes it hexadecimal.
        private func isBrokenNumber(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
            guard text.first == UInt8(ascii: "#") else { return false }
            guard let next = text.dropFirst().first, next | 0x20 == UInt8(ascii: "x") else {
                return !(text.dropFirst().first.map(isDigit) ?? false)
            }
            return !(text.last.map { isDigit($0) || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 0x20 } ?? false)
        }

        private mutating func other(_ input: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
            let byte = input[position]
            if byte < 0x20 && !isWhiteSpace(byte) {
                output.append(UInt8(ascii: " "))
            } else {
                output.append(byte)
            }
            let next = position + 1 < input.count ? input[position + 1] : 0
            if byte == UInt8(ascii: ">") {
                words = 0
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
                || isWhiteSpace(byte) && !isWhiteSpace(next)
            {
                words += 1
            }
            if words > wordLimit {
                words = 0
                output += Array(" >".utf8)
            }
            return position + 1
        }
    }
}
