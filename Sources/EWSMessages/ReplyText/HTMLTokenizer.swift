import CXML2

/// What an HTML document consists of, in its order.
enum HTMLToken {
    /// An element begins.
    case start(HTMLElement)
    /// The element of this name ends; comes for elements that were not closed in the document too.
    case end(String)
    /// A piece of text, references resolved.
    case text(String)
}

/// libxml2's HTML parser, which mends what is broken as browsers do. It builds no tree and fetches nothing.
final class HTMLTokenizer {
    private let depthLimit: Int
    private var take: (HTMLToken) -> Void = { _ in }
    private var context: htmlParserCtxtPtr?
    private var depth = 0

    /// - Parameter depthLimit: Where elements are nested deeper, the document ends: libxml2 looks through all open ones at
    ///   every end tag.
    init(depthLimit: Int) {
        self.depthLimit = depthLimit
    }

    /// Hands on the tokens of an HTML document in UTF-8, whatever encoding it says it has: it came out of XML.
    func tokenize(_ bytes: [UInt8], _ take: @escaping (HTMLToken) -> Void) {
        self.take = take
        depth = 0
        var handler = Self.handler
        let this = Unmanaged.passUnretained(self).toOpaque()
        context = htmlCreatePushParserCtxt(&handler, this, nil, 0, nil, XML_CHAR_ENCODING_UTF8)
        defer {
            htmlFreeParserCtxt(context)
            context = nil
            self.take = { _ in }
        }
        let options =
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NONET.rawValue | HTML_PARSE_IGNORE_ENC.rawValue
            | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
        _ = htmlCtxtUseOptions(context, Int32(options))
        bytes.withUnsafeBytes { bytes in
            let start = bytes.bindMemory(to: CChar.self).baseAddress
            _ = htmlParseChunk(context, start, Int32(bytes.count), 0)
        }
        _ = htmlParseChunk(context, nil, 0, 1)
    }

    /// No tree is built, since nothing is set that would build it; nor do comments go anywhere.
    private static var handler: htmlSAXHandler {
        var handler = htmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElement = { tokenizer, name, attributes in HTMLTokenizer.of(tokenizer)?.start(name, attributes) }
        handler.endElement = { tokenizer, name in HTMLTokenizer.of(tokenizer)?.end(name) }
        handler.characters = { tokenizer, text, length in HTMLTokenizer.of(tokenizer)?.text(text, length) }
        handler.ignorableWhitespace = { tokenizer, text, length in HTMLTokenizer.of(tokenizer)?.text(text, length) }
        handler.cdataBlock = { tokenizer, text, length in HTMLTokenizer.of(tokenizer)?.text(text, length) }
        // Without this, libxml2 would complain on standard error.
        handler.serror = { _, _ in }
        return handler
    }

    private static func of(_ tokenizer: UnsafeMutableRawPointer?) -> HTMLTokenizer? {
        tokenizer.map { Unmanaged<HTMLTokenizer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func start(_ name: UnsafePointer<xmlChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?) {
        guard let name else { return }
        depth += 1
        guard depth <= depthLimit else { return xmlStopParser(context) }
        var element = HTMLElement(name: String(cString: name))
        // Names and values take turns; a name of `nil` ends them, a value may be `nil`.
        var field = attributes
        while let here = field, let name = here[0] {
            if let attribute = HTMLElement.Attribute(rawValue: String(cString: name)) {
                element.attributes[attribute] = here[1].map { String(cString: $0) } ?? ""
            }
            field = here + 2
        }
        take(.start(element))
    }

    private func end(_ name: UnsafePointer<xmlChar>?) {
        guard let name else { return }
        depth -= 1
        take(.end(String(cString: name)))
    }

    private func text(_ start: UnsafePointer<xmlChar>?, _ length: Int32) {
        take(.text(String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)))
    }
}
