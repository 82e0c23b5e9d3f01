/// Reads the answer to one operation out of the SOAP body.
protocol ResponseReader: AnyObject {
    associatedtype Value: Sendable

    init()

    /// The answer's own element.
    var pattern: ElementPattern { get }

    /// Whether the reader has noted `error` and the document can be read on, since it concerns only a part of it.
    func tolerates(_ error: EWSDecodingError) -> Bool

    /// What was read, once the whole document was.
    func value() throws(EWSDecodingError.Reason) -> Value
}

extension ResponseReader {
    /// What the actions of a pattern throw; closures have to say it.
    typealias Reason = EWSDecodingError.Reason
}

/// Reads an envelope: who answered, and a fault or the answer of one operation.
final class EnvelopeReader<Response: ResponseReader> {
    let response = Response()
    private let fault = SOAPFault.Reader()
    private var serverVersion: ServerVersion?
    private var hasResponse = false
    /// The first child of the body that is neither a fault nor the answer.
    private var stranger: String?

    var pattern: ElementPattern {
        let serverVersion = ElementPattern(
            .types,
            "ServerVersionInfo",
            open: { self.serverVersion = ServerVersion($0) }
        )
        let response = response.pattern.whenOpened { self.hasResponse = true }
        let body = ElementPattern(
            .soap,
            "Body",
            children: [fault.pattern, response],
            skip: { self.stranger = self.stranger ?? $0.text }
        )
        let header = ElementPattern(.soap, "Header", children: [serverVersion])
        return ElementPattern(.soap, "Envelope", children: [header, body])
    }

    /// What the envelope held. A fault goes before an answer.
    func reply() throws(EWSDecodingError.Reason) -> EWSReply<Response.Value> {
        if let fault = fault.fault { return EWSReply(serverVersion: serverVersion, result: .fault(fault)) }
        guard hasResponse else { throw .unexpectedBody(found: stranger) }
        return EWSReply(serverVersion: serverVersion, result: .success(try response.value()))
    }
}

/// Decodes one envelope, whose bytes may come in pieces of any size.
struct EnvelopeDecoder<Response: ResponseReader> {
    private let parser: XMLDocumentParser
    private let reader = EnvelopeReader<Response>()

    init(limits: ParserLimits) {
        parser = XMLDocumentParser(limits: limits)
        let response = reader.response
        parser.events = PatternMatcher(
            reader.pattern,
            parser: parser,
            textLimit: limits.textBytes,
            tolerates: { response.tolerates($0) }
        )
    }

    /// Takes the next bytes.
    func feed(_ bytes: ArraySlice<UInt8>) throws(EWSDecodingError) {
        try parser.feed(bytes)
    }

    /// Whether the envelope has ended, so that what follows is none of it.
    var isComplete: Bool { parser.isComplete }

    /// The error that the bytes end before the envelope does.
    var incomplete: EWSDecodingError { parser.incomplete }

    /// Says that all bytes were fed, and tells what they held.
    func finish() throws(EWSDecodingError) -> EWSReply<Response.Value> {
        try parser.finish()
        do {
            return try reader.reply()
        } catch {
            throw parser.located(error)
        }
    }

    /// Decodes an envelope of which all bytes are there.
    static func decode(_ bytes: [UInt8], limits: ParserLimits) throws(EWSDecodingError) -> EWSReply<Response.Value> {
        let decoder = EnvelopeDecoder(limits: limits)
        try decoder.feed(bytes[...])
        return try decoder.finish()
    }
}
