/// A record of comma-separated values, by custom a line.
struct CSVRecord {
    enum Content {
        case fields([Located<String>])
        /// It breaks the rules: what is wrong, and where in the line that is lost.
        case broken(Located<Objection>)
    }

    /// Where its first field begins.
    var place: Place
    var content: Content
}

/// Reads comma-separated values as RFC 4180 has them, record by record: quoted fields hold separators, doubled quotes
/// and line breaks, and spaces belong to their field. Empty lines are passed over.
///
/// It is written here since SwiftCSV 0.10.0 was tried and cannot do it: rows come without their lines, the first wrong
/// quote ends the reading of the whole file, an open one silently swallows the rest, and missing fields are made up.
///
/// After a broken record it goes on with the line behind the one where the broken field begins. So a quote that is never
/// closed costs its own line alone.
struct CSVReader {
    /// The longest field, in bytes with its quotes. It bounds how far an open quote reaches, and so the work after it.
    static let longestField = 4_096
    /// The most fields of a record.
    static let mostFields = 256

    private let separator: UInt8
    private var cursor: TextCursor

    /// - Parameters:
    ///   - text: in UTF-8.
    ///   - separator: what stands between fields: a comma, or another ASCII character that is no quote and no line break.
    init(_ text: [UInt8], separator: UInt8) {
        self.separator = separator
        cursor = TextCursor(text)
    }

    /// The next record; `nil` at the end.
    mutating func next() -> CSVRecord? {
        while cursor.isAtLineBreak { cursor.step() }
        guard cursor.next != nil else { return nil }
        let place = cursor.place
        var fields: [Located<String>] = []
        while true {
            let start = cursor
            do throws(Fault) {
                guard fields.count < Self.mostFields else {
                    throw Fault("more than \(Self.mostFields) fields", at: start.place)
                }
                fields.append(Located(value: try field(), place: start.place))
            } catch {
                cursor = start
                skipLine()
                return CSVRecord(place: place, content: .broken(error.located))
            }
            guard cursor.next == separator else { break }
            cursor.step()
        }
        cursor.step()
        return CSVRecord(place: place, content: .fields(fields))
    }

    /// Reads a field up to the separator, the line break or the end behind it.
    private mutating func field() throws(Fault) -> String {
        cursor.next == Self.quote ? try quotedField() : try plainField()
    }

    private mutating func plainField() throws(Fault) -> String {
        let start = cursor
        while !isAtEndOfField {
            guard cursor.next != Self.quote else {
                throw Fault(
                    "a quote in the middle of a field; put the whole field into quotes and double those in it",
                    at: cursor.place
                )
            }
            try step(inFieldFrom: start, "a field of more than \(Self.longestField) bytes")
        }
        return cursor.text(from: start.index)
    }

    private mutating func quotedField() throws(Fault) -> String {
        let start = cursor
        cursor.step()
        var text = ""
        var piece = cursor.index
        while let byte = cursor.next {
            let end = cursor
            try step(inFieldFrom: start, "this quote is not closed within \(Self.longestField) bytes")
            guard byte == Self.quote else { continue }
            text += end.text(from: piece)
            // The second of two quotes is text; anything else is behind the field.
            guard cursor.next == Self.quote else {
                guard isAtEndOfField else { throw textBehindQuote(from: start) }
                return text
            }
            piece = cursor.index
            cursor.step()
        }
        throw Fault("this quote is not closed", at: start.place)
    }

    /// What is wrong where the field that began at `start` has had its last quote, and goes on all the same.
    private func textBehindQuote(from start: TextCursor) -> Fault {
        // That another line seems to close it tells of a quote that nobody closed.
        cursor.place.line == start.place.line
            ? Fault("text behind the quote that ends the field; double the quotes within a field", at: cursor.place)
            : Fault("this quote is not closed before line \(cursor.place.line), where text follows", at: start.place)
    }

    /// Steps on, unless the field that began at `start` is too long then.
    private mutating func step(inFieldFrom start: TextCursor, _ message: @autoclosure () -> String) throws(Fault) {
        guard cursor.index - start.index < Self.longestField else { throw Fault(message(), at: start.place) }
        cursor.step()
    }

    private var isAtEndOfField: Bool { cursor.next == nil || cursor.next == separator || cursor.isAtLineBreak }

    private mutating func skipLine() {
        while cursor.next != nil, !cursor.isAtLineBreak { cursor.step() }
        cursor.step()
    }

    private static let quote = UInt8(ascii: "\"")

    /// What breaks a record.
    private struct Fault: Error {
        let located: Located<Objection>

        init(_ message: String, at place: Place) {
            located = Located(value: Objection(message), place: place)
        }
    }
}
