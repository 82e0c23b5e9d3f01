package import HTTPTransport

/// What a connector needs of an HTTP client; tests put a script in its place.
package protocol HTTPSending: Sendable {
    associatedtype Stream: StreamedAnswer

    /// Sends a request and collects the whole answer. Any status is an answer.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse

    /// Sends a request and returns as soon as the header of the answer has come.
    func stream(_ request: HTTPRequest) async throws(HTTPError) -> Stream
}

/// An answer whose body is still to come. The connection goes with the last copy of it.
package protocol StreamedAnswer: Sendable {
    var status: Int { get }
    var headers: HTTPHeaders { get }

    /// The next piece of the body, not empty; `nil` at its end. One reader at a time.
    func nextChunk() async throws(HTTPError) -> [UInt8]?
}

extension StreamedAnswer {
    /// The answer with what is left of its body, or the beginning of that.
    func collected(upTo limit: Int) async throws(HTTPError) -> HTTPResponse {
        var body: [UInt8] = []
        while body.count < limit, let chunk = try await nextChunk() { body += chunk.prefix(limit - body.count) }
        return HTTPResponse(status: status, headers: headers, body: body)
    }
}

extension HTTPClient: HTTPSending {}

extension HTTPStream: StreamedAnswer {
    package func nextChunk() async throws(HTTPError) -> [UInt8]? { try await makeAsyncIterator().next() }
}
