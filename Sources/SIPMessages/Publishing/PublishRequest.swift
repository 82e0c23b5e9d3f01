/// A request that publishes the presence of somebody, keeps it alive or takes it back (RFC 3903, 4).
package struct PublishRequest: Hashable, Sendable {
    /// What it does (RFC 3903, table 1). Tags are those that the server gave last.
    package enum Action: Hashable, Sendable {
        /// The presence is new to the server.
        case publish([UInt8])
        /// Nothing has changed.
        case refresh(tag: String)
        case modify(tag: String, [UInt8])
        case remove(tag: String)
    }

    package static let method = "PUBLISH"

    /// Whose presence it is.
    package var presentity: SIPURI
    package var action: Action
    /// Seconds for which the server is to keep it; not said where it is removed.
    package var expires: Int
    package var via: ViaHeader
    /// Unique (RFC 3261, 8.1.1.4): all requests about one publication may have the same.
    package var callID: String
    /// Rises by one with each request of the same Call-ID.
    package var sequence: UInt32
    /// Of From: letters and digits.
    package var tag: String
    /// Who we are: a product's name and version.
    package var userAgent: String

    package init(
        of presentity: SIPURI,
        _ action: Action,
        expires: Int,
        via: ViaHeader,
        callID: String,
        sequence: UInt32,
        tag: String,
        userAgent: String
    ) {
        self.presentity = presentity
        self.action = action
        self.expires = expires
        self.via = via
        self.callID = callID
        self.sequence = sequence
        self.tag = tag
        self.userAgent = userAgent
    }

    /// - Parameter authorization: the answer to a challenge.
    package func request(authorization: SIPHeader? = nil) -> SIPRequest {
        let uri = presentity.description
        var headers = SIPHeaders([
            SIPHeader("Via", via.description), SIPHeader("Max-Forwards", "70"), SIPHeader("To", "<\(uri)>"),
            SIPHeader("From", "<\(uri)>;tag=\(tag)"), SIPHeader("Call-ID", callID),
            SIPHeader("CSeq", "\(sequence) \(Self.method)"), SIPHeader("Event", "presence"),
        ])
        var body: [UInt8] = []
        switch action {
        case .publish(let document):
            body = document
        case .refresh(let entityTag):
            headers.append("SIP-If-Match", entityTag)
        case .modify(let entityTag, let document):
            headers.append("SIP-If-Match", entityTag)
            body = document
        case .remove(let entityTag):
            headers.append("SIP-If-Match", entityTag)
        }
        headers.append("Expires", String(action.isRemoval ? 0 : expires))
        headers.append("User-Agent", userAgent)
        if let authorization { headers.append(authorization.name, authorization.value) }
        if !body.isEmpty { headers.append("Content-Type", PresenceDocument.mediaType) }
        return SIPRequest(method: Self.method, uri: uri, headers: headers, body: body)
    }
}

extension PublishRequest.Action {
    var isRemoval: Bool {
        if case .remove = self { true } else { false }
    }
}
