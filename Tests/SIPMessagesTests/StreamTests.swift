import Testing

@testable import SIPMessages

@Suite("Messages in a stream")
struct StreamTests {
    private static func elements(_ chunks: [[UInt8]]) throws -> [SIPStreamReader.Element] {
        var reader = SIPStreamReader()
        var elements: [SIPStreamReader.Element] = []
        for chunk in chunks {
            reader.append(chunk)
            while let element = try reader.next() { elements.append(element) }
        }
        #expect(reader.isBetweenMessages)
        return elements
    }

    @Test("however the stream is cut, the same messages come out", arguments: [1, 2, 3, 7, 100, 100_000])
    func cuts(length: Int) throws {
        let pong: [UInt8] = [0x0D, 0x0A]
        let withBody = Examples.unusualReason
        let stream = Examples.noReason + pong + withBody + Examples.options + pong + Examples.severalVias
        let chunks = stride(from: 0, to: stream.count, by: length).map {
            Array(stream[$0..<min($0 + length, stream.count)])
        }
        let expected: [SIPStreamReader.Element] = [
            .message(try SIPMessage(parsing: Examples.noReason)), .pong, .message(try SIPMessage(parsing: withBody)),
            .message(try SIPMessage(parsing: Examples.options)), .pong,
            .message(try SIPMessage(parsing: Examples.severalVias)),
        ]
        #expect(try Self.elements(chunks) == expected)
    }

    @Test("a message without a length has no body")
    func noLength() throws {
        let elements = try Self.elements([Examples.published + Examples.published])
        #expect(elements.count == 2)
    }

    @Test(
        "a stream that cannot be read stays so",
        arguments: [
            ("HTTP/1.1 400 Bad Request\r\n\r\n", SIPSyntaxError.malformedStartLine),
            ("* OK IMAP4rev1 ready\r\n", .malformedStartLine), ("220 mail ESMTP\r\n250", .malformedStartLine),
            ("\rSIP/2.0 200 OK\r\n\r\n", .malformedStartLine), ("SIP/2.0 200 OK\r\nl: x\r\n\r\n", .malformedLength),
            ("SIP/2.0 200 OK\r\nl: 65536\r\n\r\n", .tooLarge), (String(repeating: "a", count: 65_536), .tooLarge),
            ("SIP/2.0 200 OK\r\n" + String(repeating: "A: b\r\n", count: 11_000) + "\r\n", .tooLarge),
        ]
    )
    func garbage(text: String, expected: SIPSyntaxError) {
        var reader = SIPStreamReader()
        reader.append(Array(text.utf8))
        #expect(throws: expected) { try reader.next() }
        reader.append(Examples.published)
        #expect(throws: expected) { try reader.next() }
    }

    @Test("a stream that ends within a message is noticed")
    func end() throws {
        var reader = SIPStreamReader()
        #expect(reader.isBetweenMessages)
        reader.append(Examples.noReason.dropLast())
        #expect(try reader.next() == nil)
        #expect(!reader.isBetweenMessages)
        reader.append(Examples.noReason.suffix(1))
        #expect(try reader.next() != nil)
        #expect(reader.isBetweenMessages)
    }
}
