/// The text of an automatic reply as a telephone says it: paragraphs, list items and table rows on lines of their own,
/// references resolved, white space collapsed; nothing that is not seen, such as styles, scripts, comments and the
/// targets of links.
///
/// Reply bodies are HTML, often Word's; some servers keep plain text as it was typed, whose lines stay as they are.
package struct ReplyText: Hashable, Sendable {
    /// The most characters that are kept; a longer text is cut between two words and ends in an ellipsis.
    package static let characterLimit = 4_000
    /// The most bytes of HTML that are looked at. Word needs some ten thousand before its first letter.
    private static let byteLimit = 524_288
    /// The most elements within one another that are looked into.
    private static let depthLimit = 256

    /// Lines that end in a line feed, at most one empty line between two, none at the ends.
    package let text: String

    /// Never fails: HTML that is broken is read as browsers read it. What lies beyond the limits is left out.
    package init(_ body: String) {
        let source = HTMLSource(body, byteLimit: Self.byteLimit)
        var composer = TextComposer(isPlain: !source.hasTags, characterLimit: Self.characterLimit)
        let parser = HTMLTokenizer(depthLimit: Self.depthLimit)
        parser.tokenize(source.bytes) { token in composer.add(token) }
        text = composer.finish()
    }
}
