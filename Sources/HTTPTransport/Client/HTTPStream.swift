/// An answer whose body is read as it comes: status and headers are known, the body is an asynchronous sequence of
/// chunks, none empty.
///
/// Back-pressure: when as much lies unread as ``HTTPClientOptions/streamBufferBytes`` allows, the transfer is held up
/// until somebody reads. Meant for one reader. The transfer ends with the body, with the cancellation of the task that
/// reads, or when the last copy of the stream is dropped. No compression is asked for, so that each piece can be read
/// the moment it arrives.
package struct HTTPStream: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPError

    package let status: Int
    package let headers: HTTPHeaders
    private let ticket: StreamTicket

    init(head: ResponseHead, ticket: StreamTicket) {
        status = head.status
        headers = head.headers
        self.ticket = ticket
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(ticket: ticket) }

    /// Asks the client for one piece after the other.
    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let ticket: StreamTicket

        /// The next piece of the body; `nil` at its end.
        package func next(isolation actor: isolated (any Actor)? = #isolation) async throws(HTTPError) -> [UInt8]? {
            try await ticket.next()
        }
    }

    /// Up to `limit` bytes of what is left of the body, for an answer that turned out not to be a stream, such as a
    /// page that tells of an error.
    package func collect(upTo limit: Int) async throws(HTTPError) -> [UInt8] {
        var body: [UInt8] = []
        while let chunk = try await ticket.next() {
            guard body.count + chunk.count <= limit else { throw .bodyTooLarge(limit: limit) }
            body += chunk
        }
        return body
    }
}

/// What a stream and its iterators share; with the last of them the transfer goes.
final class StreamTicket: Sendable {
    private let client: HTTPClient
    private let number: UInt64

    init(client: HTTPClient, number: UInt64) {
        self.client = client
        self.number = number
    }

    deinit {
        client.abandon(number)
    }

    func next() async throws(HTTPError) -> [UInt8]? {
        try await client.nextChunk(of: number)
    }
}
