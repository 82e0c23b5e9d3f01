import ControlClient
import Testing

@Suite("Lines")
struct LineSplitterTests {
    @Test(
        "come out the same however the bytes are cut",
        arguments: [
            ("one\ntwo\n", ["one", "two"], nil),
            ("one\r\ntwo\r\n", ["one", "two"], nil),
            ("one\rtwo\r", ["one", "two"], nil),
            ("\n\r\n\r", ["", "", ""], nil),
            ("one\ntwo", ["one"], "two"),
            ("Grüße\n✓\n", ["Grüße", "✓"], nil),
            ("", [], nil),
        ] as [(String, [String], String?)]
    )
    func pieces(_ text: String, lines: [String], rest: String?) throws {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var splitter = LineSplitter(limit: 100)
            var found = try splitter.receive(Array(bytes[..<cut]))
            found += try splitter.receive(Array(bytes[cut...]))
            #expect(found == lines)
            #expect(splitter.finish() == rest)
        }
    }

    @Test("may have as many bytes as allowed and no more")
    func limit() throws {
        var splitter = LineSplitter(limit: 3)
        #expect(try splitter.receive(Array("abc\nabc".utf8)) == ["abc"])
        #expect(throws: LineSplitter.LineTooLong.self) { try splitter.receive([0x64]) }
    }
}
