@testable import EWSMessages

/// The elements of a document in their order, whatever the prefixes and the white space.
final class ElementList: XMLEvents {
    struct Element: Equatable {
        var namespace: String
        var name: String
        var text = ""
    }

    private var elements: [Element] = []

    static func elements(of bytes: [UInt8]) throws -> [Element] {
        let parser = XMLDocumentParser(limits: ParserLimits())
        let list = ElementList()
        parser.events = list
        try parser.feed(bytes[...])
        try parser.finish()
        return list.elements
    }

    func start(_ name: XMLName, attributes: ElementAttributes) {
        elements.append(Element(namespace: name.namespace.map { String(cString: $0) } ?? "", name: name.text))
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        elements[elements.count - 1].text += String(text.filter { !$0.isWhitespace })
    }

    func end() {}

    func isTolerable(_ error: EWSDecodingError) -> Bool { false }
}
