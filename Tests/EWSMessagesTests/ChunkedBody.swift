import Testing

/// An HTTP response with `Transfer-Encoding: chunked` as it was recorded; it may break off
/// (<https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding>).
enum ChunkedBody {
    /// The chunks that came in full.
    static func chunks(of response: [UInt8]) throws -> [[UInt8]] {
        let head = try #require(response.firstRange(of: Array("\r\n\r\n".utf8)))
        var rest = response[head.upperBound...]
        var chunks: [[UInt8]] = []
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            let digits = String(decoding: rest[..<line.lowerBound], as: UTF8.self)
            let size = try #require(Int(digits, radix: 16))
            rest = rest[line.upperBound...]
            guard size > 0, rest.count >= size else { break }
            chunks.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size + 2)
        }
        return chunks
    }
}
