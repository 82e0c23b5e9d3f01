/// A message of SIP (RFC 3261, 7).
package enum SIPMessage: Hashable, Sendable {
    case request(SIPRequest)
    case response(SIPResponse)

    /// The most bytes of a message, which is also what a datagram holds.
    package static let largest = 65_536
    /// The most header fields of a message.
    package static let mostHeaders = 200

    /// Reads a datagram: what stands behind the end that Content-Length says is left alone, and without one the body goes
    /// to the end (RFC 3261, 18.3).
    package init(parsing datagram: some Collection<UInt8>) throws(SIPSyntaxError) {
        guard datagram.count <= Self.largest else { throw .tooLarge }
        let bytes = Array(datagram)
        let start = bytes.firstIndex { $0 != 0x0D && $0 != 0x0A } ?? bytes.endIndex
        guard start < bytes.endIndex else { throw .empty }
        guard let end = MessageHead.end(in: bytes[start...], from: start) else { throw .truncated }
        let head = try MessageHead(parsing: bytes[start..<end])
        let rest = bytes[end...]
        let length = try head.bodyLength() ?? rest.count
        guard length <= rest.count else { throw .shortBody }
        self = try head.message(with: Array(rest.prefix(length)))
    }
}

/// What stands before the body of a message.
struct MessageHead {
    let startLine: String
    let headers: SIPHeaders

    /// Behind the blank line that ends the header fields; `nil` where none has come yet. Ends of lines are CRLF, or LF
    /// alone from those who write them wrong.
    static func end(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        var index = start
        while let lineEnd = bytes[index...].firstIndex(of: 0x0A) {
            let next = lineEnd + 1
            guard next < bytes.endIndex else { return nil }
            if bytes[next] == 0x0A { return next + 1 }
            if bytes[next] == 0x0D, next + 1 < bytes.endIndex, bytes[next + 1] == 0x0A { return next + 2 }
            index = next
        }
        return nil
    }

    /// - Parameter bytes: from the first line to the blank line.
    init(parsing bytes: ArraySlice<UInt8>) throws(SIPSyntaxError) {
        guard !bytes.contains(0) else { throw .malformedHeader }
        var lines = bytes.split(separator: 0x0A).map { $0.last == 0x0D ? $0.dropLast() : $0 }
        while lines.last?.isEmpty == true { lines.removeLast() }
        guard let first = lines.first else { throw .malformedStartLine }
        guard !bytes.contains(0x0D) || lines.allSatisfy({ !$0.contains(0x0D) }) else { throw .malformedHeader }
        startLine = String(decoding: first, as: UTF8.self)
        var fields: [SIPHeader] = []
        for line in lines.dropFirst() {
            if line.first == 0x20 || line.first == 0x09 {
                // A folded value goes on here (RFC 3261, 7.3.1).
                guard let last = fields.indices.last else { throw .malformedHeader }
                let more = HeaderText.trimmed(String(decoding: line, as: UTF8.self))
                if !more.isEmpty { fields[last].value += fields[last].value.isEmpty ? more : " " + more }
                continue
            }
            guard fields.count < SIPMessage.mostHeaders else { throw .tooLarge }
            guard let colon = line.firstIndex(of: 0x3A) else { throw .malformedHeader }
            let name = HeaderText.trimmed(String(decoding: line[..<colon], as: UTF8.self))
            guard HeaderText.isToken(name) else { throw .malformedHeader }
            let value = HeaderText.trimmed(String(decoding: line[(colon + 1)...], as: UTF8.self))
            fields.append(SIPHeader(name, value))
        }
        headers = SIPHeaders(fields)
    }

    /// As Content-Length says; `nil` where it is not there.
    func bodyLength() throws(SIPSyntaxError) -> Int? {
        let texts = Set(headers.all("Content-Length"))
        guard let text = texts.first else { return nil }
        guard texts.count == 1, let length = HeaderText.number(text) else { throw .malformedLength }
        guard length <= SIPMessage.largest else { throw .tooLarge }
        return length
    }

    func message(with body: [UInt8]) throws(SIPSyntaxError) -> SIPMessage {
        // Only a response begins with the version.
        if startLine.utf8.prefix(4).elementsEqual("SIP/".utf8, by: { $0 & 0xDF == $1 & 0xDF }) {
            return .response(try SIPResponse(startLine: startLine, headers: headers, body: body))
        }
        return .request(try SIPRequest(startLine: startLine, headers: headers, body: body))
    }

    /// The bytes of a message. Its Content-Length is written here, and no other one.
    static func encoded(
        _ startLine: String,
        _ headers: SIPHeaders,
        _ body: [UInt8]
    ) throws(SIPSyntaxError) -> [UInt8] {
        guard HeaderText.staysInLine(startLine) else { throw .forbiddenCharacter }
        guard headers.fields.count < SIPMessage.mostHeaders else { throw .tooLarge }
        var text = startLine + "\r\n"
        for field in headers.fields where HeaderName.key(field.name) != "content-length" {
            guard HeaderText.isToken(field.name), HeaderText.staysInLine(field.value) else { throw .forbiddenCharacter }
            text += "\(field.name): \(field.value)\r\n"
        }
        text += "Content-Length: \(body.count)\r\n\r\n"
        let bytes = Array(text.utf8) + body
        guard bytes.count <= SIPMessage.largest else { throw .tooLarge }
        return bytes
    }
}
