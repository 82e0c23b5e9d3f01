/// What to send, to whom, and within which limits. Redirects are not followed: the caller decides about them.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Absolute, `https://…`. Plain `http://…` is refused unless it goes to a loopback host or over a Unix socket, or
    /// `allowsPlainHTTP`. A user or password in it is refused too: they belong into `authentication`.
    package var url: String
    package var headers: HTTPHeaders
    /// Sent with POST, PUT and PATCH even where it is empty, with other methods only where it is not.
    package var body: [UInt8]
    package var authentication: HTTPAuthentication
    package var trust: TrustOptions
    package var limits: TransferLimits
    /// The path of a socket to connect to, whatever the host in `url` says; at most 107 bytes (unix(7)).
    package var unixSocket: String?
    /// Closes the connection after this transfer instead of keeping it for the next one.
    package var closesConnection: Bool
    /// Looks at the status and the first piece of the body and says whether to close the connection after all: some
    /// servers, having failed, go on to send an answer that nobody asked for, which the next request would take for
    /// its own. Called on the client's queue, once for each answer with a body.
    package var closesConnectionIf: (@Sendable (_ status: Int, _ firstBytes: [UInt8]) -> Bool)?
    /// Whether the answer is to tell whom it came from (``HTTPResponse/peer``). Costs little, but not nothing.
    package var describesPeer = false
    /// Lets a GET that carries nothing secret go over plain http to any host. Whatever answers is nobody's word.
    package var allowsPlainHTTP = false

    package init(
        method: String = "GET",
        url: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        authentication: HTTPAuthentication = .none,
        trust: TrustOptions = TrustOptions(),
        limits: TransferLimits = TransferLimits(),
        unixSocket: String? = nil,
        closesConnection: Bool = false,
        closesConnectionIf: (@Sendable (_ status: Int, _ firstBytes: [UInt8]) -> Bool)? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.authentication = authentication
        self.trust = trust
        self.limits = limits
        self.unixSocket = unixSocket
        self.closesConnection = closesConnection
        self.closesConnectionIf = closesConnectionIf
    }
}

extension HTTPRequest {
    /// Whether it may be read and answered by anybody on the way.
    var mayGoUnencrypted: Bool {
        allowsPlainHTTP && method == "GET" && body.isEmpty && authentication == .none
            && headers["Authorization"] == nil && headers["Cookie"] == nil
    }
}
