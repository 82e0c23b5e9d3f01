/// A request (RFC 3261, 7.1).
package struct SIPRequest: Hashable, Sendable {
    package var method: String
    /// Request-URI.
    package var uri: String
    package var headers: SIPHeaders
    package var body: [UInt8]

    package init(method: String, uri: String, headers: SIPHeaders = SIPHeaders(), body: [UInt8] = []) {
        self.method = method
        self.uri = uri
        self.headers = headers
        self.body = body
    }

    init(startLine: String, headers: SIPHeaders, body: [UInt8]) throws(SIPSyntaxError) {
        let parts = startLine.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, HeaderText.isToken(parts[0]), !parts[1].isEmpty, parts[2].uppercased() == "SIP/2.0"
        else { throw .malformedStartLine }
        self.init(method: parts[0], uri: parts[1], headers: headers, body: body)
    }

    /// As it goes over the wire, with Content-Length.
    ///
    /// - Throws: `forbiddenCharacter` where a value holds CR, LF or NUL, or the URI a blank, so that nothing that comes
    ///   from outside can add a header field; `tooLarge`.
    package var bytes: [UInt8] {
        get throws(SIPSyntaxError) {
            guard HeaderText.isToken(method), !uri.isEmpty, uri.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
                throw .forbiddenCharacter
            }
            return try MessageHead.encoded("\(method) \(uri) SIP/2.0", headers, body)
        }
    }
}
