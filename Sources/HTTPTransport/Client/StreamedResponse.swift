/// Buffers a body between libcurl and the reader of a stream: never more than `capacity` and one piece of libcurl's.
final class StreamedResponse: ResponseReceiver {
    typealias Opening = CheckedContinuation<Result<ResponseHead, HTTPError>, Never>
    typealias Reading = CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>

    private enum End {
        case complete
        case failed(HTTPError)
    }

    private let capacity: Int
    private var opening: Opening?
    private var reading: Reading?
    private var buffer: [UInt8] = []
    private var end: End?

    init(capacity: Int, opening: Opening) {
        self.capacity = capacity
        self.opening = opening
    }

    func headEnded(_ head: ResponseHead, from peer: PeerReport?) {
        opening?.resume(returning: .success(head))
        opening = nil
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Reception {
        if let reading {
            self.reading = nil
            reading.resume(returning: .success(Array(bytes)))
            return .taken
        }
        guard buffer.count < capacity else { return .full }
        buffer += bytes
        return .taken
    }

    func ended(_ failure: HTTPError?) {
        end = failure.map(End.failed) ?? .complete
        opening?.resume(returning: .failure(failure ?? .malformedResponse))
        opening = nil
        if let reading {
            self.reading = nil
            read(reading)
        }
    }

    /// Answers with all that lies unread, with the end, or as soon as there is either.
    func read(_ continuation: Reading) {
        precondition(reading == nil, "a stream has one reader")
        if !buffer.isEmpty {
            let chunk = buffer
            buffer = []
            continuation.resume(returning: .success(chunk))
            return
        }
        switch end {
        case nil: reading = continuation
        case .complete: continuation.resume(returning: .success(nil))
        case .failed(let error): continuation.resume(returning: .failure(error))
        }
    }
}
