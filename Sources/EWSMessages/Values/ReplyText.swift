/// The text of an automatic reply as a person reads it: without tags, styles and scripts, references resolved, white
/// space collapsed; paragraphs and list items on lines of their own.
///
/// Reply bodies are HTML, often Word's; some servers keep plain text as it was typed, which is taken as it stands.
package struct ReplyText: Hashable, Sendable {
    /// The most characters that are kept; what is beyond is cut off.
    package static let characterLimit = 4_000
    /// The most bytes of HTML that are looked at. Word needs some thousand before its first letter.
    private static let byteLimit = 1_000_000

    /// Lines that end in a line feed, at most one empty line between two, none at the ends.
    package let text: String

    /// Never fails: HTML that is broken is read as browsers read it.
    package init(_ body: String) {
        let bytes = Array(body.utf8.prefix(Self.byteLimit))
        var composer = TextComposer(keepsLines: !Self.hasTags(bytes), characterLimit: Self.characterLimit)
        let parser = HTMLTokenizer()
        parser.tokenize(bytes) { token in composer.add(token) }
        text = composer.finish()
    }

    /// Whether there is a `<` that could begin a tag, a comment or a declaration.
    private static func hasTags(_ bytes: [UInt8]) -> Bool {
        zip(bytes, bytes.dropFirst()).contains { first, second in
            first == UInt8(ascii: "<")
                && (second == UInt8(ascii: "/") || second == UInt8(ascii: "!")
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= second | 0x20)
        }
    }
}
