import CXML2

/// Walks through a document along a pattern and does what the pattern says.
///
/// Not generic over what is read, and its nodes are objects: this is where the time goes.
final class PatternMatcher: XMLEvents {
    /// An element of the pattern with its name interned for one document.
    private final class Node {
        let name: XMLName
        let pattern: ElementPattern
        let children: [Node]

        init(_ pattern: ElementPattern, parser: XMLDocumentParser) {
            name = XMLName(
                namespace: parser.intern(pattern.namespace.rawValue),
                local: parser.intern(pattern.name)
            )
            self.pattern = pattern
            children = pattern.children.map { Node($0, parser: parser) }
        }
    }

    private let root: Node
    private let textLimit: Int
    /// Whether an error concerns only a part of the document, so that the rest can be read.
    private let tolerates: (EWSDecodingError) -> Bool
    /// The elements that are open, outermost first.
    private var path: [Node] = []
    /// How many elements are open that are not in the pattern.
    private var skipped = 0
    private var text: [UInt8] = []

    init(
        _ pattern: ElementPattern,
        parser: XMLDocumentParser,
        textLimit: Int,
        tolerates: @escaping (EWSDecodingError) -> Bool
    ) {
        root = Node(pattern, parser: parser)
        self.textLimit = textLimit
        self.tolerates = tolerates
    }

    func start(_ name: XMLName, attributes: ElementAttributes) throws(EWSDecodingError.Reason) {
        guard skipped == 0 else {
            skipped += 1
            return
        }
        guard let here = path.last else {
            guard root.name == name else { throw .notAnEnvelope(root: name.text) }
            return open(root, attributes: attributes)
        }
        for child in here.children where child.name == name {
            return open(child, attributes: attributes)
        }
        skipped = 1
        here.pattern.skip?(name)
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(EWSDecodingError.Reason) {
        guard skipped == 0, let here = path.last, here.pattern.keepsText else { return }
        guard text.count + bytes.count <= textLimit else { throw .limitExceeded(.textBytes) }
        text.append(contentsOf: bytes)
    }

    func end() throws(EWSDecodingError.Reason) {
        guard skipped == 0 else {
            skipped -= 1
            return
        }
        guard let node = path.popLast() else { return }
        defer { text.removeAll(keepingCapacity: true) }
        try node.pattern.close?(ElementText(bytes: text, element: node.pattern.name))
    }

    func isTolerable(_ error: EWSDecodingError) -> Bool { tolerates(error) }

    private func open(_ node: Node, attributes: ElementAttributes) {
        path.append(node)
        node.pattern.open?(attributes)
    }
}
