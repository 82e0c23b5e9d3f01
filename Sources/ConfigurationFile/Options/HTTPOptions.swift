/// The table `[http]`: the control API over TCP, besides the control socket.
package struct HTTPOptions: Hashable, Sendable {
    /// `nil` where the API is on the control socket alone.
    package var listen: ListenAddress?
    /// Given where connections are protected by TLS; never missing where other machines can reach the address.
    package var identity: ServerIdentity?
    /// In the order of the file; names are unique, and so are the tokens as far as they could be read. Never empty where
    /// other machines can reach the address.
    package var tokens: [TokenOptions] = []

    package init() {}
}

/// A table `[[http.tokens]]`: one who may come over TCP.
package struct TokenOptions: Hashable, Sendable {
    /// What a token allows.
    package enum Access: String, CaseIterable, Sendable {
        /// To look at everything.
        case read
        /// To change things too.
        case write
    }

    /// For people and the log.
    package var name: String
    /// Where the token itself is kept.
    package var source: PasswordSource
    package var access: Access

    package init(name: String, source: PasswordSource, access: Access = .read) {
        self.name = name
        self.source = source
        self.access = access
    }
}
