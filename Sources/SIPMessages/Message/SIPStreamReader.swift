/// Cuts messages out of a stream: of TCP or TLS (RFC 3261, 18.3).
///
/// Holds at most one message and what was appended with its end. What cannot be read ends the stream: nobody can tell
/// where the next message would begin.
package struct SIPStreamReader: Sendable {
    /// What a stream consists of.
    package enum Element: Hashable, Sendable {
        case message(SIPMessage)
        /// The end of a line between messages: the answer to a keep-alive (RFC 5626, 4.4.1), or the half of one.
        case pong
    }

    private var buffer: [UInt8] = []
    /// Where what was not read yet begins.
    private var start = 0
    /// Up to where no blank line was found.
    private var searched = 0
    /// Bytes of the message whose header fields have come, so that they are not read again with each part of its body.
    private var wanted = 0
    private var failure: SIPSyntaxError?

    /// Within so many bytes a first line that is looked at ends.
    private static let longestLook = 1_024
    /// What is in every first line (RFC 3261, 7.1).
    private static let version = Array("SIP/2.0".utf8)

    package init() {}

    /// Whether a stream that ends here ends between two messages.
    package var isBetweenMessages: Bool { start == buffer.count }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        guard failure == nil else { return }
        if start > 0 {
            buffer.removeFirst(start)
            (start, searched) = (0, searched - start)
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next one, or `nil` until more has come.
    ///
    /// - Throws: the same from then on.
    package mutating func next() throws(SIPSyntaxError) -> Element? {
        if let failure { throw failure }
        do throws(SIPSyntaxError) {
            return try read()
        } catch {
            failure = error
            (buffer, start, searched) = ([], 0, 0)
            throw error
        }
    }

    private mutating func read() throws(SIPSyntaxError) -> Element? {
        let rest = buffer[start...]
        guard let first = rest.first, rest.count >= wanted else { return nil }
        if first == 0x0A { return pong(1) }
        if first == 0x0D {
            guard rest.count > 1 else { return nil }
            guard rest[start + 1] == 0x0A else { throw .malformedStartLine }
            return pong(2)
        }
        guard let end = MessageHead.end(in: rest, from: max(start, searched)) else {
            guard rest.count < SIPMessage.largest else { throw .tooLarge }
            // Of another protocol the blank line may never come; its first line tells.
            if let line = rest.prefix(Self.longestLook).split(separator: 0x0A, maxSplits: 1).first,
                line.count < min(rest.count, Self.longestLook), !line.contains(Self.version)
            {
                throw .malformedStartLine
            }
            // The blank line may have come in part: CR LF CR.
            searched = max(start, buffer.count - 3)
            return nil
        }
        searched = start
        guard end - start <= SIPMessage.largest else { throw .tooLarge }
        let head = try MessageHead(parsing: rest[..<end])
        // Without a Content-Length, which it must have here, it has no body.
        let length = try head.bodyLength() ?? 0
        guard end - start + length <= SIPMessage.largest else { throw .tooLarge }
        guard buffer.count - end >= length else {
            wanted = end - start + length
            return nil
        }
        let message = try head.message(with: Array(buffer[end..<(end + length)]))
        (start, searched, wanted) = (end + length, end + length, 0)
        return .message(message)
    }

    private mutating func pong(_ length: Int) -> Element {
        start += length
        searched = start
        return .pong
    }
}
