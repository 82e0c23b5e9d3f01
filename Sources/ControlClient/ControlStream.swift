import ControlAPI
import Foundation
import HTTPTransport

/// Makes elements of the lines of a stream.
package protocol LineDecoder: Sendable {
    associatedtype Element: Sendable

    /// The element that is complete with `line`, if one is.
    mutating func receive(line: String) throws(ControlError) -> Element?
}

/// One JSON value a line (application/x-ndjson); empty lines are passed over.
package struct JSONLineDecoder<Element: Decodable & Sendable>: LineDecoder {
    /// The value in `line`.
    package mutating func receive(line: String) throws(ControlError) -> Element? {
        guard !line.isEmpty else { return nil }
        do {
            return try ControlJSON.decode(Element.self, from: Data(line.utf8))
        } catch {
            throw .unexpectedAnswer(status: 200)
        }
    }
}

/// Server-sent events (text/event-stream).
package struct ServerSentEventDecoder: LineDecoder {
    private var parser = ServerSentEventParser(limit: ControlClient.lineLimit)

    package mutating func receive(line: String) throws(ControlError) -> ServerSentEvent? {
        do {
            return try parser.receive(line: line)
        } catch {
            throw .unexpectedAnswer(status: 200)
        }
    }
}

/// An answer of the daemon that comes line by line, for as long as it lasts. For one reader; ends with the task that
/// reads it.
package struct ControlStream<Decoder: LineDecoder>: AsyncSequence, Sendable {
    package typealias Element = Decoder.Element
    package typealias Failure = ControlError

    let stream: HTTPStream
    let decoder: Decoder
    let socketPath: String

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(chunks: stream.makeAsyncIterator(), decoder: decoder, socketPath: socketPath)
    }

    /// Reads the answer as it comes; holds no more of it than one piece.
    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let chunks: HTTPStream.AsyncIterator
        fileprivate var decoder: Decoder
        fileprivate let socketPath: String
        private var splitter = LineSplitter(limit: ControlClient.lineLimit)
        /// Complete and not yet decoded, the next one last.
        private var lines: [String] = []
        private var isAtEnd = false

        fileprivate init(chunks: HTTPStream.AsyncIterator, decoder: Decoder, socketPath: String) {
            self.chunks = chunks
            self.decoder = decoder
            self.socketPath = socketPath
        }

        /// The next element; `nil` when the daemon has ended its answer.
        package mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ControlError) -> Element? {
            while true {
                while let line = lines.popLast() {
                    if let element = try decoder.receive(line: line) { return element }
                }
                guard !isAtEnd else { return nil }
                try await readLines(isolation: actor)
            }
        }

        private mutating func readLines(isolation actor: isolated (any Actor)?) async throws(ControlError) {
            let chunk: [UInt8]?
            do throws(HTTPError) {
                chunk = try await chunks.next(isolation: actor)
            } catch {
                throw ControlError(error, path: socketPath)
            }
            guard let chunk else {
                isAtEnd = true
                lines = splitter.finish().map { [$0] } ?? []
                return
            }
            do throws(LineSplitter.LineTooLong) {
                lines = try splitter.receive(chunk).reversed()
            } catch {
                throw .unexpectedAnswer(status: 200)
            }
        }
    }
}
