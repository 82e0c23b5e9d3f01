/// An element that interests a reader, what to do when it comes, and those of its children that matter. What is not in
/// a pattern is skipped with all that is in it, so that elements of later versions do no harm.
///
/// Patterns are made anew for each document, since their actions work on the reader of that document.
struct ElementPattern {
    typealias Open = (ElementAttributes) -> Void
    typealias Close = (ElementText) throws(EWSDecodingError.Reason) -> Void
    typealias Skip = (XMLName) -> Void

    let namespace: XMLNamespace
    let name: String
    /// Whether `close` wants the text in the element.
    private(set) var keepsText = false
    /// The element begins.
    private(set) var open: Open?
    /// The element ends.
    private(set) var close: Close?
    /// A child begins that is not in the pattern.
    let skip: Skip?
    let children: [ElementPattern]

    init(
        _ namespace: XMLNamespace,
        _ name: String,
        children: [ElementPattern] = [],
        open: Open? = nil,
        close: (() throws(EWSDecodingError.Reason) -> Void)? = nil,
        skip: Skip? = nil
    ) {
        self.namespace = namespace
        self.name = name
        self.children = children
        self.open = open
        if let close {
            self.close = { _ throws(EWSDecodingError.Reason) in try close() }
        }
        self.skip = skip
    }

    /// An element whose text is wanted; what is nested in it is left out.
    static func text(
        _ namespace: XMLNamespace,
        _ name: String,
        open: Open? = nil,
        _ take: @escaping Close
    ) -> ElementPattern {
        var pattern = ElementPattern(namespace, name, open: open)
        pattern.close = take
        pattern.keepsText = true
        return pattern
    }

    /// The same pattern, whose beginning somebody else wants to know of too.
    func whenOpened(_ also: @escaping () -> Void) -> ElementPattern {
        var pattern = self
        pattern.open = { attributes in
            also()
            open?(attributes)
        }
        return pattern
    }
}
