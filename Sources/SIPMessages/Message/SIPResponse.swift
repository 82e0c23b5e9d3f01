/// A response (RFC 3261, 7.2).
package struct SIPResponse: Hashable, Sendable {
    /// 100 to 699.
    package var status: Int
    package var reason: String
    package var headers: SIPHeaders
    package var body: [UInt8]

    package init(status: Int, reason: String, headers: SIPHeaders = SIPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
    }

    /// Reads a datagram, as ``SIPMessage/init(parsing:)`` does.
    package init(parsing datagram: some Collection<UInt8>) throws(SIPSyntaxError) {
        guard case .response(let response) = try SIPMessage(parsing: datagram) else { throw .malformedStartLine }
        self = response
    }

    /// `SIP/2.0 200 OK`; the reason may be missing, even with the blank before it.
    init(startLine: String, headers: SIPHeaders, body: [UInt8]) throws(SIPSyntaxError) {
        let parts = startLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, parts[0].uppercased() == "SIP/2.0", parts[1].utf8.count == 3,
            let status = HeaderText.number(parts[1]), 100...699 ~= status
        else { throw .malformedStartLine }
        self.init(status: status, reason: parts.count > 2 ? parts[2] : "", headers: headers, body: body)
    }

    /// A response to a request from the peer, with what RFC 3261, 8.2.6.2 has it copy.
    ///
    /// - Parameter tag: of To, where the request has none: a dialog is not begun by it.
    package init(to request: SIPRequest, status: Int, reason: String, tag: String) {
        var headers = SIPHeaders()
        for via in request.headers.all("Via") { headers.append("Via", via) }
        for name in ["From", "To", "Call-ID", "CSeq"] {
            guard var value = request.headers[name] else { continue }
            if name == "To", NameAddress(value)?.parameters["tag"] == nil { value += ";tag=\(tag)" }
            headers.append(name, value)
        }
        self.init(status: status, reason: reason, headers: headers)
    }

    package var isProvisional: Bool { status < 200 }

    /// The request that it answers (RFC 3261, 17.1.3); `nil` where it does not say.
    package var transaction: TransactionKey? {
        guard let via = headers.list("Via").first.flatMap(ViaHeader.init), let branch = via.branch,
            let sequence = headers["CSeq"].flatMap(SequenceHeader.init)
        else { return nil }
        return TransactionKey(branch: branch, method: sequence.method)
    }

    /// As it goes over the wire. Throws as ``SIPRequest/bytes`` does.
    package var bytes: [UInt8] {
        get throws(SIPSyntaxError) {
            guard 100...699 ~= status else { throw .malformedStartLine }
            return try MessageHead.encoded("SIP/2.0 \(status) \(reason)", headers, body)
        }
    }
}
