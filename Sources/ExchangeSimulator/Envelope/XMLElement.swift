import CXML2

/// An element of a request, read into plain values: name, namespace, attributes, text and children.
struct XMLElement: Sendable {
    var name: String
    var namespace: String
    var attributes: [String: String] = [:]
    /// The text directly inside, without that of children.
    var text = ""
    var children: [XMLElement] = []

    /// Why bytes are no request.
    struct Malformed: Error {}

    /// Reads a document, without touching the network. One with a DTD is refused: no honest client sends one.
    static func parse(_ bytes: [UInt8]) throws(Malformed) -> XMLElement {
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        let document = bytes.withUnsafeBytes { buffer in
            xmlReadMemory(buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count), nil, nil, Int32(options))
        }
        guard let document else { throw Malformed() }
        defer { xmlFreeDoc(document) }
        guard document.pointee.intSubset == nil, let root = xmlDocGetRootElement(document) else { throw Malformed() }
        return XMLElement(root)
    }

    /// Depth is no danger: libxml2 itself refuses more than 256 levels.
    private init(_ node: xmlNodePtr) {
        name = Self.string(node.pointee.name)
        namespace = node.pointee.ns.map { Self.string($0.pointee.href) } ?? ""
        var attribute = node.pointee.properties
        while let current = attribute {
            attributes[Self.string(current.pointee.name)] = Self.text(of: current.pointee.children)
            attribute = current.pointee.next
        }
        var child = node.pointee.children
        while let current = child {
            if current.pointee.type == XML_ELEMENT_NODE { children.append(XMLElement(current)) }
            child = current.pointee.next
        }
        text = Self.text(of: node.pointee.children)
    }

    /// The text of siblings, entity references left out.
    private static func text(of first: xmlNodePtr?) -> String {
        var text = ""
        var node = first
        while let current = node {
            if current.pointee.type == XML_TEXT_NODE || current.pointee.type == XML_CDATA_SECTION_NODE {
                text += string(current.pointee.content)
            }
            node = current.pointee.next
        }
        return text
    }

    private static func string(_ pointer: UnsafePointer<xmlChar>?) -> String {
        pointer.map { String(decodingCString: $0, as: UTF8.self) } ?? ""
    }
}

extension XMLElement {
    /// The first child of this name in Exchange's or the given namespace.
    func child(_ name: String, _ namespace: String = Namespace.types) -> XMLElement? {
        children.first { $0.name == name && $0.namespace == namespace }
    }

    /// The text of a child, without the white space around it.
    func value(_ name: String, _ namespace: String = Namespace.types) -> String? {
        child(name, namespace)?.trimmedText
    }

    var trimmedText: String {
        let characters = text.drop(while: \.isWhitespace)
        return String(characters.reversed().drop(while: \.isWhitespace).reversed())
    }
}

/// The XML namespaces of EWS.
enum Namespace {
    static let soap = "http://schemas.xmlsoap.org/soap/envelope/"
    static let messages = "http://schemas.microsoft.com/exchange/services/2006/messages"
    static let types = "http://schemas.microsoft.com/exchange/services/2006/types"
    static let errors = "http://schemas.microsoft.com/exchange/services/2006/errors"
}
