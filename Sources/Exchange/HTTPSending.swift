package import HTTPTransport

/// What a connector needs of an HTTP client; tests put a script in its place.
package protocol HTTPSending: Sendable {
    /// Sends a request and collects the whole answer. Any status is an answer.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

extension HTTPClient: HTTPSending {}
