/// Who an answer is for. Called on the client's queue, from within libcurl: must not call back into it.
protocol ResponseReceiver: AnyObject {
    /// - Parameter peer: where the request asked for it.
    func headEnded(_ head: ResponseHead, from peer: PeerReport?)

    /// Takes a piece of the body.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Reception

    /// The transfer is over: `nil` if all came. Called once, last.
    func ended(_ failure: HTTPError?)
}

/// What became of a piece of a body.
enum Reception: Hashable {
    case taken
    /// No room: hold the transfer up and offer the piece again.
    case full
    /// Give the transfer up.
    case refused(HTTPError)
}

/// Collects a whole answer and hands it to the one who waits for it.
final class WholeResponse: ResponseReceiver {
    private let limit: Int
    private let continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    private var head = ResponseHead()
    private var peer: PeerReport?
    private var body: [UInt8] = []

    init(limit: Int, continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>) {
        self.limit = limit
        self.continuation = continuation
    }

    func headEnded(_ head: ResponseHead, from peer: PeerReport?) {
        self.head = head
        self.peer = peer
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Reception {
        guard body.count + bytes.count <= limit else { return .refused(.bodyTooLarge(limit: limit)) }
        body += bytes
        return .taken
    }

    func ended(_ failure: HTTPError?) {
        if let failure {
            continuation.resume(returning: .failure(failure))
        } else {
            var response = HTTPResponse(status: head.status, headers: head.headers, body: body)
            response.peer = peer
            continuation.resume(returning: .success(response))
        }
    }
}
