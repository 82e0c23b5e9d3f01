/// How much a document may hold. libxml2's own limits are switched off (they fail at 10 MB of text); these stand instead.
package struct ParserLimits: Hashable, Sendable {
    /// Of the whole document.
    package var bytes: Int
    /// Of nested elements. The deepest answer that Exchange gives has about twenty.
    package var depth: Int
    /// Of the text of one element that is kept.
    package var textBytes: Int
    /// Of the whole document.
    package var elements: Int

    package init(
        bytes: Int = 100_000_000,
        depth: Int = 64,
        textBytes: Int = 4_000_000,
        elements: Int = 4_000_000
    ) {
        self.bytes = bytes
        self.depth = depth
        self.textBytes = textBytes
        self.elements = elements
    }
}
