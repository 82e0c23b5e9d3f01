import ControlAPI
import Foundation
import HTTPTransport

/// Asks a running daemon over its control socket: HTTP/1.1 with JSON.
package struct ControlClient: Sendable {
    /// Bytes that a line of a streamed answer, or the data of one event, may have.
    package static let lineLimit = 1 << 20
    /// Bytes that any other answer may have; a hundred thousand users fit.
    private static let replyLimit = 64 << 20

    private let socketPath: String
    private let patience: Double?
    private let http: HTTPClient

    /// - Parameters:
    ///   - socketPath: such as `/run/freebusyd/control.sock`. Nothing is opened before the first request.
    ///   - patience: seconds that a whole answer may take; `nil` for as long as a busy daemon may need. Streams have no
    ///     such limit.
    package init(socketPath: String, patience: Double? = nil) {
        self.socketPath = socketPath
        self.patience = patience
        http = HTTPClient()
    }

    package func get<Reply: Decodable>(
        _ path: ControlPath,
        as reply: Reply.Type = Reply.self
    ) async throws(ControlError) -> Reply {
        try await decode(send("GET", path, body: []))
    }

    package func put<Reply: Decodable>(
        _ path: ControlPath,
        _ body: some Encodable,
        as reply: Reply.Type = Reply.self
    ) async throws(ControlError) -> Reply {
        try await decode(send("PUT", path, body: encode(body)))
    }

    package func post<Reply: Decodable>(
        _ path: ControlPath,
        _ body: some Encodable,
        as reply: Reply.Type = Reply.self
    ) async throws(ControlError) -> Reply {
        try await decode(send("POST", path, body: encode(body)))
    }

    /// Without a body.
    package func post<Reply: Decodable>(
        _ path: ControlPath,
        as reply: Reply.Type = Reply.self
    ) async throws(ControlError) -> Reply {
        try await decode(send("POST", path, body: []))
    }

    package func delete<Reply: Decodable>(
        _ path: ControlPath,
        as reply: Reply.Type = Reply.self
    ) async throws(ControlError) -> Reply {
        try await decode(send("DELETE", path, body: []))
    }

    /// Reads an answer that comes as one JSON value a line.
    package func getLines<Line: Decodable & Sendable>(
        _ path: ControlPath,
        of line: Line.Type = Line.self
    ) async throws(ControlError) -> ControlStream<JSONLineDecoder<Line>> {
        try await stream(JSONLineDecoder(), "GET", path, body: [])
    }

    /// Sends `body` and reads an answer that comes as one JSON value a line.
    package func postLines<Line: Decodable & Sendable>(
        _ path: ControlPath,
        _ body: some Encodable,
        of line: Line.Type = Line.self
    ) async throws(ControlError) -> ControlStream<JSONLineDecoder<Line>> {
        try await stream(JSONLineDecoder(), "POST", path, body: encode(body))
    }

    /// Reads server-sent events.
    package func events(_ path: ControlPath) async throws(ControlError) -> ControlStream<ServerSentEventDecoder> {
        try await stream(ServerSentEventDecoder(), "GET", path, body: [])
    }
}

/// The reply where there is nothing to say (status 204).
package struct NoReply: Decodable, Hashable, Sendable {
    package init() {}
}

extension ControlClient {
    private var limits: TransferLimits {
        var limits = TransferLimits(bodyBytes: Self.replyLimit)
        if let patience { limits.whole = patience }
        return limits
    }

    private func send(_ method: String, _ path: ControlPath, body: [UInt8]) async throws(ControlError) -> HTTPResponse {
        let request = self.request(method, path, body: body, limits: limits)
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await http.send(request)
        } catch {
            throw ControlError(error, path: socketPath)
        }
        guard (200..<300).contains(response.status) else {
            throw Self.problem(status: response.status, body: response.body)
        }
        return response
    }

    private func stream<Decoder: LineDecoder>(
        _ decoder: Decoder,
        _ method: String,
        _ path: ControlPath,
        body: [UInt8]
    ) async throws(ControlError) -> ControlStream<Decoder> {
        // A stream may be silent for as long as nothing happens.
        let limits = TransferLimits(stall: nil, whole: nil)
        let stream: HTTPStream
        do throws(HTTPError) {
            stream = try await http.stream(request(method, path, body: body, limits: limits))
        } catch {
            throw ControlError(error, path: socketPath)
        }
        guard (200..<300).contains(stream.status) else { throw await problem(in: stream) }
        return ControlStream(stream: stream, decoder: decoder, socketPath: socketPath)
    }

    private func problem(in stream: HTTPStream) async -> ControlError {
        do throws(HTTPError) {
            return try await Self.problem(status: stream.status, body: stream.collect(upTo: Self.lineLimit))
        } catch {
            return ControlError(error, path: socketPath)
        }
    }

    private func request(
        _ method: String,
        _ path: ControlPath,
        body: [UInt8],
        limits: TransferLimits
    ) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: "http://localhost\(path.text)",
            headers: body.isEmpty ? [:] : ["Content-Type": "application/json"],
            body: body,
            limits: limits,
            unixSocket: socketPath
        )
    }

    /// What a status outside of 2xx means: a problem document, or that this is not our daemon.
    private static func problem(status: Int, body: [UInt8]) -> ControlError {
        guard let problem = try? ControlJSON.decode(ProblemDocument.self, from: Data(body)) else {
            return .unexpectedAnswer(status: status)
        }
        return .problem(problem)
    }

    private func encode(_ body: some Encodable) throws(ControlError) -> [UInt8] {
        do {
            return try Array(ControlJSON.encode(body))
        } catch {
            throw .unencodable
        }
    }

    private func decode<Reply: Decodable>(_ response: HTTPResponse) throws(ControlError) -> Reply {
        do {
            return try ControlJSON.decode(
                Reply.self,
                from: Data(response.body.isEmpty ? Array("{}".utf8) : response.body)
            )
        } catch {
            throw .unexpectedAnswer(status: response.status)
        }
    }
}
