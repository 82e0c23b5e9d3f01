import CXML2

/// What an HTML document consists of, in its order.
enum HTMLToken {
    /// The name in lower case.
    case start(String)
    /// As `start`; comes for elements that were not closed in the document too.
    case end(String)
    /// A piece of text, references resolved.
    case text(String)
}

/// libxml2's HTML parser, which mends what is broken as browsers do.
final class HTMLTokenizer {
    private var take: (HTMLToken) -> Void = { _ in }

    /// Hands on the tokens of an HTML document in UTF-8, whatever encoding it says it has: it came out of XML.
    func tokenize(_ bytes: [UInt8], _ take: @escaping (HTMLToken) -> Void) {
        self.take = take
        defer { self.take = { _ in } }
        var handler = Self.handler
        let this = Unmanaged.passUnretained(self).toOpaque()
        let encoding = XML_CHAR_ENCODING_UTF8
        guard let context = htmlCreatePushParserCtxt(&handler, this, nil, 0, nil, encoding) else { return }
        defer { htmlFreeParserCtxt(context) }
        let options =
            HTML_PARSE_NONET.rawValue | HTML_PARSE_IGNORE_ENC.rawValue | HTML_PARSE_NOERROR.rawValue
            | HTML_PARSE_NOWARNING.rawValue | HTML_PARSE_COMPACT.rawValue
        _ = htmlCtxtUseOptions(context, Int32(options))
        bytes.withUnsafeBytes { bytes in
            let start = bytes.bindMemory(to: CChar.self).baseAddress
            _ = htmlParseChunk(context, start, Int32(bytes.count), 0)
        }
        _ = htmlParseChunk(context, nil, 0, 1)
    }

    /// No tree is built, since nothing is set that would build it.
    private static var handler: htmlSAXHandler {
        var handler = htmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElement = { tokenizer, name, _ in
            if let name { HTMLTokenizer.of(tokenizer)?.take(.start(String(cString: name))) }
        }
        handler.endElement = { tokenizer, name in
            if let name { HTMLTokenizer.of(tokenizer)?.take(.end(String(cString: name))) }
        }
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

    private func text(_ start: UnsafePointer<xmlChar>?, _ length: Int32) {
        take(.text(String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)))
    }
}
