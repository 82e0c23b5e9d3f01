/// The encoding of a users file. Spreadsheets know several, and what they wrote in another one is told as such.
enum UTF8Text {
    private static let remedy = "save it as CSV UTF-8"

    /// The bytes behind the byte order mark, if any, as long as all are UTF-8.
    /// - Parameter path: how messages name the file.
    static func checked(_ bytes: [UInt8], of path: String) throws(Objection) -> [UInt8] {
        // Each text begins with an ASCII character, which has a zero beside it in UTF-16 without a mark.
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.prefix(2).contains(0) {
            throw Objection("\"\(path)\" is UTF-16; \(remedy)")
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: text.span)
        } catch {
            var cursor = TextCursor(text)
            while cursor.index < error.byteOffsets.lowerBound { cursor.step() }
            throw Objection(
                "\"\(path)\" is not UTF-8 but perhaps Latin-1 or Windows-1252, as its line \(cursor.place.line) shows in "
                    + "column \(cursor.place.column); \(remedy)"
            )
        }
        return text
    }
}
