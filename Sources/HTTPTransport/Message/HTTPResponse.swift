/// A whole answer. Any status is an answer, not an error.
package struct HTTPResponse: Hashable, Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    /// After decompression.
    package var body: [UInt8]
    /// Where ``HTTPRequest/describesPeer`` asked for it.
    package var peer: PeerReport?

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
