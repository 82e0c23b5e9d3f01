import Exchange
import HTTPTransport
import Synchronization

/// What a stream of the script sends.
struct StreamScript: Sendable {
    enum End: Sendable {
        case complete
        case failure(HTTPError)
        /// Nothing more, and the connection stays.
        case open
    }

    var status = 200
    var headers: HTTPHeaders = ["Content-Type": "text/xml; charset=utf-8"]
    var pieces: [[UInt8]]
    var end: End

    init(_ pieces: String..., end: End = .open) {
        self.init(pieces: pieces.map { Array($0.utf8) }, end: end)
    }

    init(pieces: [[UInt8]], end: End = .open) {
        self.pieces = pieces
        self.end = end
    }
}

extension Result where Success == StreamScript, Failure == HTTPError {
    static func stream(_ pieces: String..., end: StreamScript.End = .open) -> Self {
        .success(StreamScript(pieces: pieces.map { Array($0.utf8) }, end: end))
    }

    /// An answer that is no stream.
    static func answer(_ answer: ScriptedHTTP.Answer) -> Self {
        answer.map { response in
            var script = StreamScript(pieces: response.body.isEmpty ? [] : [response.body], end: .complete)
            script.status = response.status
            script.headers = response.headers
            return script
        }
    }
}

/// How many streams somebody still holds.
final class StreamCount: Sendable {
    let open = Mutex(0)
}

/// A stream of the script.
final class ScriptedStream: StreamedAnswer {
    let status: Int
    let headers: HTTPHeaders
    private let pieces: Mutex<[[UInt8]]>
    private let end: StreamScript.End
    private let count: StreamCount

    init(_ script: StreamScript, _ count: StreamCount) {
        status = script.status
        headers = script.headers
        pieces = Mutex(script.pieces)
        end = script.end
        self.count = count
        count.open.withLock { $0 += 1 }
    }

    deinit {
        count.open.withLock { $0 -= 1 }
    }

    func nextChunk() async throws(HTTPError) -> [UInt8]? {
        if let piece = pieces.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return piece }
        switch end {
        case .complete: return nil
        case .failure(let error): throw error
        case .open:
            // Ends with the task alone.
            let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
            for await _ in stream {}
            withExtendedLifetime(continuation) {}
            throw .cancelled
        }
    }
}
