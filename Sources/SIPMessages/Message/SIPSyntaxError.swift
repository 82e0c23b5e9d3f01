/// Why bytes are no SIP message, or why a message can not be written.
package enum SIPSyntaxError: Error, Hashable, Sendable {
    /// Nothing but ends of lines, with which peers keep a way through a firewall open (RFC 5626, 3.5.1).
    case empty
    /// No blank line behind the header fields.
    case truncated
    /// The first line is that of no request and no response.
    case malformedStartLine
    /// A line among the header fields that is none.
    case malformedHeader
    /// Content-Length is no number, or several differ.
    case malformedLength
    /// The body is shorter than Content-Length says.
    case shortBody
    /// More than ``SIPMessage/largest`` bytes, or more than ``SIPMessage/mostHeaders`` header fields.
    case tooLarge
    /// A text to be written would end its line, or a name is none.
    case forbiddenCharacter
}

extension SIPSyntaxError: CustomStringConvertible {
    /// A clause without a full stop: what was seen.
    package var description: String {
        switch self {
        case .empty: "it is empty"
        case .truncated: "it ends among its header fields"
        case .malformedStartLine: "it does not begin as a SIP message does"
        case .malformedHeader: "a line among its header fields is none"
        case .malformedLength: "its Content-Length cannot be"
        case .shortBody: "its body is shorter than its Content-Length says"
        case .tooLarge: "it is larger than \(SIPMessage.largest) bytes or \(SIPMessage.mostHeaders) header fields"
        case .forbiddenCharacter: "a value has a character that would end its line"
        }
    }
}
