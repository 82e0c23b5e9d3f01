/// Cuts a stream of bytes into lines that end with LF, CR or CRLF, wherever the pieces happen to break.
package struct LineSplitter: Sendable {
    /// A line is longer than allowed; what follows is not looked at.
    package struct LineTooLong: Error, Hashable {
        package let limit: Int
    }

    /// Bytes that a line may have without its end.
    package let limit: Int
    private var line: [UInt8] = []
    /// The last byte was a CR: a LF right after it belongs to it.
    private var isAfterCarriageReturn = false

    package init(limit: Int) {
        self.limit = limit
    }

    /// The lines that are complete with `bytes`, without their ends; bytes that are no UTF-8 are replaced.
    package mutating func receive(_ bytes: [UInt8]) throws(LineTooLong) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            defer { isAfterCarriageReturn = byte == 0x0D }
            switch byte {
            case 0x0A where isAfterCarriageReturn: break
            case 0x0A, 0x0D:
                lines.append(String(decoding: line, as: UTF8.self))
                line.removeAll(keepingCapacity: true)
            default:
                guard line.count < limit else { throw LineTooLong(limit: limit) }
                line.append(byte)
            }
        }
        return lines
    }

    /// What was left without an end when the stream ended; `nil` where nothing was.
    package mutating func finish() -> String? {
        defer { line = [] }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
}
