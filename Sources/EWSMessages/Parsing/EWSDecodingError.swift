/// A response could not be read: what was wrong, and where in the bytes.
package struct EWSDecodingError: Error, Hashable {
    /// What was wrong.
    package enum Reason: Error, Hashable {
        /// There was not a single byte.
        case empty
        /// Not well-formed XML; the number and the words are the XML parser's.
        case malformed(code: Int, message: String)
        /// The document declares a document type, which SOAP forbids and which can be used to attack parsers.
        case documentTypeRefused
        /// More than one of `ParserLimits` allows.
        case limitExceeded(Limit)
        /// The document is XML, but its root is not `Envelope` of SOAP 1.1.
        case notAnEnvelope(root: String)
        /// The body holds neither a fault nor what was asked for; `nil` where it holds nothing.
        case unexpectedBody(found: String?)
        /// An element is missing that the schema demands.
        case missing(element: String)
        /// An element holds something that its type does not allow.
        case invalidValue(element: String, text: String)
    }

    /// The limit that was exceeded.
    package enum Limit: Hashable, Sendable {
        case bytes, depth, textBytes, elements
    }

    package var reason: Reason
    /// How many bytes of the document the parser had read when it saw what was wrong.
    package var byteOffset: Int
    /// Counted from 1.
    package var line: Int

    package init(_ reason: Reason, byteOffset: Int, line: Int) {
        self.reason = reason
        self.byteOffset = byteOffset
        self.line = line
    }
}

extension EWSDecodingError: CustomStringConvertible {
    /// One sentence for a log or a diagnosis. It quotes at most a few dozen characters of the document.
    package var description: String { "\(reason) (byte \(byteOffset), line \(line))" }
}

extension EWSDecodingError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the answer is empty"
        case .malformed(let code, let message): "not well-formed XML: \(message) (libxml2 error \(code))"
        case .documentTypeRefused: "a document type declaration is refused"
        case .limitExceeded(.bytes): "the answer is too large"
        case .limitExceeded(.depth): "elements are nested too deeply"
        case .limitExceeded(.textBytes): "the text of an element is too long"
        case .limitExceeded(.elements): "there are too many elements"
        case .notAnEnvelope(let root): "the root element is \(root), not a SOAP 1.1 Envelope"
        case .unexpectedBody(nil): "the SOAP body holds nothing that was asked for"
        case .unexpectedBody(let found?): "the SOAP body holds \(found), which was not asked for"
        case .missing(let element): "\(element) is missing"
        case .invalidValue(let element, let text): "\(element) cannot be “\(text)”"
        }
    }
}
