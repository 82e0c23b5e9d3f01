/// Writes XML straight into bytes, with nothing between the elements.
///
/// A character that XML forbids becomes U+FFFD: an address that holds one then names nobody, where leaving it out could
/// make it name somebody else.
struct XMLWriter {
    private(set) var bytes: [UInt8]

    init() {
        bytes = Array(#"<?xml version="1.0" encoding="utf-8"?>"#.utf8)
        bytes.reserveCapacity(4_096)
    }

    /// The bytes of an envelope with what `content` writes in it. The prefixes are `s`, `m` and `t`.
    static func envelope(_ content: (inout XMLWriter) -> Void) -> [UInt8] {
        var writer = XMLWriter()
        let namespaces = [
            ("xmlns:s", XMLNamespace.soap.rawValue),
            ("xmlns:m", XMLNamespace.messages.rawValue),
            ("xmlns:t", XMLNamespace.types.rawValue),
        ]
        writer.element("s:Envelope", attributes: namespaces, content: content)
        return writer.bytes
    }

    /// An element with what `content` writes in it. Names are ours and need no escaping.
    mutating func element(
        _ name: String,
        attributes: [(name: String, value: String)] = [],
        content: (inout XMLWriter) -> Void
    ) {
        append("<")
        append(name)
        for attribute in attributes {
            append(" ")
            append(attribute.name)
            append("=\"")
            appendEscaped(attribute.value)
            append("\"")
        }
        append(">")
        content(&self)
        append("</")
        append(name)
        append(">")
    }

    /// An element that holds `text`.
    mutating func element(_ name: String, text: String) {
        element(name) { $0.appendEscaped(text) }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Tabs and line ends are escaped too: raw ones would not survive in an attribute, nor a carriage return anywhere.
    private mutating func appendEscaped(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: append("&amp;")
            case 0x3C: append("&lt;")
            case 0x3E: append("&gt;")
            case 0x22: append("&quot;")
            case 0x9: append("&#9;")
            case 0xA: append("&#10;")
            case 0xD: append("&#13;")
            case ..<0x20, 0xFFFE, 0xFFFF: append("\u{FFFD}")
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }
}
