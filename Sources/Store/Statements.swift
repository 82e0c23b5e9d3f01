import Availability
import Foundation
import GRDB

extension Database {
    /// Runs a statement that is prepared once per connection.
    func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The rows of a statement that is prepared once per connection, one at a time.
    ///
    /// Read to the end, or leave, before the same statement is run again. No other row is valid then.
    func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> RowCursor {
        try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
    }

    /// The first row, copied, of a statement that is prepared once per connection.
    func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }
}

/// Reads the columns of a row from left to right, as the `SELECT` lists them.
///
/// The tables are `STRICT`, so that only the words can be foreign: where somebody wrote one by hand that this version
/// does not know, it is read as the one that promises least.
struct ColumnReader {
    private let row: Row
    private var index = 0

    init(_ row: Row) {
        self.row = row
    }

    mutating func text() -> String? {
        defer { index += 1 }
        return row[index]
    }

    mutating func number() -> Int64? {
        defer { index += 1 }
        return row[index]
    }

    mutating func flag() -> Bool { number() == 1 }

    mutating func time() -> Date? { number().map { Date(timeIntervalSince1970: Double($0)) } }

    mutating func word<Word: RawRepresentable<String>>(or fallback: Word) -> Word {
        text().flatMap(Word.init(rawValue:)) ?? fallback
    }
}

extension Date {
    /// As the database counts: whole seconds since 1970, cut down.
    var seconds: Int64 { Self.stored(timeIntervalSince1970.rounded(.down)) }

    /// As `seconds`, but never earlier than this moment: for what must not happen too soon.
    var secondsRoundedUp: Int64 { Self.stored(timeIntervalSince1970.rounded(.up)) }

    /// Far beyond any calendar, and still exact as a floating-point number.
    private static func stored(_ seconds: Double) -> Int64 {
        let limit = 1e12
        return Int64(max(-limit, min(limit, seconds)))
    }
}
