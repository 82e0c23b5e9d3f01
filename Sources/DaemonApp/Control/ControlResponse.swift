import ControlAPI
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The forms of answers on the control socket.
enum ControlResponse {
    /// One JSON value.
    static func json(_ value: some Encodable, status: HTTPTypes.HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try ControlJSON.encode(value)))
        )
    }

    /// The problem document of `problem` with its status.
    static func problem(_ problem: ControlProblem) -> Response {
        let document = problem.document
        // Encoding five strings cannot fail; were it to, the status still says what it must.
        let body = (try? ControlJSON.encode(document)) ?? Data()
        var headers: HTTPFields = [.contentType: ProblemDocument.mediaType]
        // RFC 9110 (15.5.6) asks for it.
        if case .wrongMethod(_, _, let allowed) = problem { headers[.allow] = allowed.joined(separator: ", ") }
        if case .refused(let refusal) = problem { headers[.wwwAuthenticate] = refusal.challenge }
        return Response(
            status: HTTPTypes.HTTPResponse.Status(code: document.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    /// One JSON value a line, each sent as soon as it is there.
    static func lines<Line: Encodable & SendableMetatype>(
        _ values: some AsyncSequence<Line, Never> & Sendable
    ) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                for await value in values {
                    var line = ByteBuffer(bytes: try ControlJSON.encode(value))
                    line.writeString("\n")
                    try await writer.write(line)
                }
                try await writer.finish(nil)
            }
        )
    }
}

/// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
enum ServerSentEvent {
    static let mediaType = "text/event-stream"

    /// A line that readers pass over; it keeps a connection alive, or shows that it is not.
    static let comment = ByteBuffer(string: ":\n\n")

    /// An event of one line of data, which JSON without line breaks is.
    static func event(_ name: String, id: String? = nil, data: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\n")
        if let id { buffer.writeString("id: \(id)\n") }
        buffer.writeString("data: ")
        buffer.writeBytes(try ControlJSON.encode(data))
        buffer.writeString("\n\n")
        return buffer
    }
}
