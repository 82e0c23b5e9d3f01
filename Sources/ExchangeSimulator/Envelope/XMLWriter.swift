/// Writes a document from top to bottom; the caller keeps the order that the schema asks for.
struct XMLWriter {
    private(set) var text = ""

    /// An element with what `content` writes inside it.
    mutating func element(
        _ name: String,
        _ attributes: KeyValuePairs<String, String> = [:],
        content: (inout XMLWriter) -> Void
    ) {
        open(name, attributes)
        text += ">"
        content(&self)
        text += "</\(name)>"
    }

    /// An element with text, or nothing, inside it.
    mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ value: String = "") {
        open(name, attributes)
        if value.isEmpty {
            text += "/>"
        } else {
            text += ">"
            append(escaped: value)
            text += "</\(name)>"
        }
    }

    /// Something already written, as it is.
    mutating func append(_ written: XMLWriter) {
        text += written.text
    }

    /// The start tag up to its end.
    private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        text += "<"
        text += name
        for (key, value) in attributes {
            text += " \(key)=\""
            append(escaped: value)
            text += "\""
        }
    }

    /// Safe inside elements and attributes alike.
    private mutating func append(escaped value: String) {
        // Nearly all values need no care: look at the bytes before touching characters.
        guard value.utf8.contains(where: { $0 < 0x20 || $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 }) else {
            text += value
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\t", "\n", "\r": text += "&#\(scalar.value);"
            // XML 1.0 cannot carry the other control characters in any form.
            default: if scalar.value >= 0x20 { text.unicodeScalars.append(scalar) }
            }
        }
    }
}
