import Testing

@testable import EWSMessages

@Suite("Characters that XML forbids")
struct ForbiddenCharacterFilterTests {
    private static func filtered(_ bytes: [UInt8], pieces: Int) -> [UInt8] {
        var filter = ForbiddenCharacterFilter()
        var result: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            result += filter.pass(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return result + filter.finish()
    }

    @Test(
        "each becomes white space of the same length, however the bytes are cut",
        arguments: [
            ("a&#x10;b", "a&#009;b"), ("a&#16;b", "a&#09;b"), ("a&#1;b", "a&#9;b"), ("&#x0;", "&#09;"),
            ("&#xD83D;", "&#00009;"), ("&#xfffe;", "&#00009;"), ("&#x110000;", "&#0000009;"),
            ("a\u{1}b\u{1F}\u{B}", "a b  "), ("a\u{FFFE}b\u{FFFF}", "a   b   "),
        ]
    )
    func replaced(text: String, expected: String) {
        for pieces in 1...text.utf8.count {
            #expect(Self.filtered(Array(text.utf8), pieces: pieces) == Array(expected.utf8), "pieces of \(pieces)")
        }
    }

    @Test(
        "what is allowed, or for the parser to judge, stays as it is",
        arguments: [
            "tab\t line\r\n end", "&#9;&#xA;&#13;&#x20;&#xD7FF;&#xE000;&#x1F600;&#x10FFFF;", "&amp;&lt;&quot;", "a & b",
            "&#;", "&#x;", "&#xZZ;", "&", "&#", "&#x1", "é € 😀 \u{FFFD} \u{FEFF}", "&#0000000000000000000000001;",
        ]
    )
    func kept(text: String) {
        for pieces in 1...text.utf8.count {
            #expect(Self.filtered(Array(text.utf8), pieces: pieces) == Array(text.utf8), "pieces of \(pieces)")
        }
    }
}
