@testable import EWSMessages

/// Reads streams for the tests.
enum EventStream {
    typealias Reply = StreamingEventsReader.Reply

    static func replies(_ bytes: [UInt8]) throws -> [Reply] { try replies([bytes]) }

    /// What a stream holds that comes in these pieces and ends behind them.
    static func replies(_ pieces: [[UInt8]]) throws -> [Reply] {
        let reader = StreamingEventsReader()
        var replies: [Reply] = []
        for piece in pieces { try reader.feed(piece[...]) { replies.append($0) } }
        try reader.finish()
        return replies
    }

    /// Why a stream cannot be read.
    static func failure(_ bytes: [UInt8], limits: ParserLimits = .notifications) -> EWSDecodingError? {
        let reader = StreamingEventsReader(limits: limits)
        do {
            try reader.feed(bytes[...]) { _ in }
            try reader.finish()
            return nil
        } catch {
            return error
        }
    }

    static func pieces(of bytes: [UInt8], size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }
}
