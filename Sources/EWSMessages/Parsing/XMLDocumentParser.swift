import CXML2

/// An element's name as the parser interns it: within one document, equal names are equal pointers.
struct XMLName: Equatable {
    let namespace: UnsafePointer<xmlChar>?
    let local: UnsafePointer<xmlChar>?

    /// The name without its namespace, for errors; at most 80 characters.
    var text: String { local.map { String(String(cString: $0).prefix(80)) } ?? "" }
}

/// What a document consists of, in its order. An error that is thrown ends the parsing.
protocol XMLEvents: AnyObject {
    func start(_ name: XMLName, attributes: ElementAttributes) throws(EWSDecodingError.Reason)
    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(EWSDecodingError.Reason)
    func end() throws(EWSDecodingError.Reason)
    /// The error concerns only a part of the document, and parsing can go on.
    func isTolerable(_ error: EWSDecodingError) -> Bool
}

/// libxml2's push parser for one document: takes bytes in pieces of any size and reports elements and text as they come.
///
/// Nothing is fetched (NONET), no document type is accepted, and `ParserLimits` stand in for libxml2's own limits.
final class XMLDocumentParser {
    /// Where the events go.
    var events: (any XMLEvents)?

    private let limits: ParserLimits
    private var context: xmlParserCtxtPtr?
    private var filter = ForbiddenCharacterFilter()
    private var failure: EWSDecodingError?
    private var byteCount = 0
    private var elementCount = 0
    private var depth = 0

    /// Once in the life of the process, before any parser on any thread: libxml2 asks for it.
    private static let library: Void = xmlInitParser()

    init(limits: ParserLimits) {
        self.limits = limits
        _ = Self.library
        var handler = Self.handler
        // The parser owns the context and frees it, so the context may know the parser without holding it.
        context = xmlCreatePushParserCtxt(&handler, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil)
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_HUGE.rawValue | XML_PARSE_COMPACT.rawValue
        _ = xmlCtxtUseOptions(context, Int32(options))
    }

    deinit {
        xmlFreeParserCtxt(context)
    }

    /// The pointer by which this document's parser knows `text` when it is the name of an element or a namespace.
    func intern(_ text: String) -> UnsafePointer<xmlChar>? {
        guard !text.isEmpty, let context else { return nil }
        return xmlDictLookup(context.pointee.dict, text, -1)
    }

    /// Parses the next bytes of the document.
    func feed(_ bytes: ArraySlice<UInt8>) throws(EWSDecodingError) {
        byteCount += bytes.count
        if byteCount > limits.bytes { fail(.limitExceeded(.bytes)) }
        try push(filter.pass(bytes))
    }

    /// Whether the root element has ended. It is seen to end with its last byte, if no byte behind that was fed.
    var isComplete: Bool { elementCount > 0 && depth == 0 }

    /// Says that the document ends here.
    func finish() throws(EWSDecodingError) {
        if byteCount == 0 { fail(.empty) }
        try push(filter.finish())
        _ = xmlParseChunk(context, nil, 0, 1)
        if let failure { throw failure }
        guard let context, context.pointee.wellFormed == 1 else { throw incomplete }
    }

    /// The error that there are no more bytes, though the document has not ended.
    var incomplete: EWSDecodingError {
        EWSDecodingError(.malformed(code: 0, message: "incomplete"), byteOffset: byteCount, line: line)
    }

    /// libxml2 copies what it is given, so it is given little at a time.
    private func push(_ bytes: ArraySlice<UInt8>) throws(EWSDecodingError) {
        var rest = bytes
        while failure == nil, !rest.isEmpty {
            let piece = rest.prefix(65_536)
            rest = rest.dropFirst(piece.count)
            piece.withUnsafeBytes { piece in
                let start = piece.bindMemory(to: CChar.self).baseAddress
                _ = xmlParseChunk(context, start, Int32(piece.count), 0)
            }
        }
        if let failure { throw failure }
    }

    /// Keeps the first error and ends the parsing.
    private func fail(_ reason: EWSDecodingError.Reason) {
        guard failure == nil else { return }
        failure = located(reason)
        xmlStopParser(context)
    }

    /// The error with the place that parsing has come to.
    func located(_ reason: EWSDecodingError.Reason) -> EWSDecodingError {
        let consumed = xmlByteConsumed(context)
        return EWSDecodingError(reason, byteOffset: consumed >= 0 ? consumed : byteCount, line: line)
    }

    private var line: Int { Int(context?.pointee.input?.pointee.line ?? 0) }

    private func handle(_ event: (any XMLEvents) throws(EWSDecodingError.Reason) -> Void) {
        guard failure == nil, let events else { return }
        do {
            try event(events)
        } catch {
            if !events.isTolerable(located(error)) { fail(error) }
        }
    }
}

// MARK: What libxml2 calls
extension XMLDocumentParser {
    /// Fields that are not set stay silent; in particular no entity is ever declared or looked up.
    private static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.internalSubset = { parser, _, _, _ in XMLDocumentParser.of(parser)?.fail(.documentTypeRefused) }
        handler.startElementNs = { parser, local, _, namespace, _, _, count, _, attributes in
            let name = XMLName(namespace: namespace, local: local)
            XMLDocumentParser.of(parser)?.start(name, ElementAttributes(start: attributes, count: Int(count)))
        }
        handler.endElementNs = { parser, _, _, _ in XMLDocumentParser.of(parser)?.end() }
        handler.characters = { parser, text, length in XMLDocumentParser.of(parser)?.characters(text, length) }
        handler.cdataBlock = { parser, text, length in XMLDocumentParser.of(parser)?.characters(text, length) }
        handler.serror = { parser, error in
            guard let error = error?.pointee, error.level == XML_ERR_FATAL else { return }
            let message = error.message.map { String(cString: $0) } ?? ""
            XMLDocumentParser.of(parser)?.malformed(code: Int(error.code), message: message)
        }
        return handler
    }

    private static func of(_ parser: UnsafeMutableRawPointer?) -> XMLDocumentParser? {
        parser.map { Unmanaged<XMLDocumentParser>.fromOpaque($0).takeUnretainedValue() }
    }

    private func start(_ name: XMLName, _ attributes: ElementAttributes) {
        depth += 1
        elementCount += 1
        if depth > limits.depth { return fail(.limitExceeded(.depth)) }
        if elementCount > limits.elements { return fail(.limitExceeded(.elements)) }
        handle { events throws(EWSDecodingError.Reason) in try events.start(name, attributes: attributes) }
    }

    private func end() {
        depth -= 1
        handle { events throws(EWSDecodingError.Reason) in try events.end() }
    }

    private func characters(_ text: UnsafePointer<xmlChar>?, _ length: Int32) {
        let bytes = UnsafeBufferPointer(start: text, count: Int(length))
        handle { events throws(EWSDecodingError.Reason) in try events.text(bytes) }
    }

    private func malformed(code: Int, message: String) {
        // The message may quote the document; its first line and a bounded length are enough.
        let line = message.prefix { !$0.isNewline }.prefix(160)
        fail(.malformed(code: code, message: String(line)))
    }
}
