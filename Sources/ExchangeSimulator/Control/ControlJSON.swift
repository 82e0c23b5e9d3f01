import Foundation
import HTTPTypes
import Hummingbird

/// Reads and writes the JSON of the control interface: keys in snake case, in alphabetical order.
enum ControlJSON {
    /// In bytes: some ten thousand changes.
    private static let largestOrder = 2 * 1024 * 1024

    /// A value as JSON, with a line feed for terminals.
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: Array(data) + [UInt8(ascii: "\n")]))
        )
    }

    /// Why an order was not carried out.
    static func problem(_ text: String, status: HTTPResponse.Status = .badRequest) -> Response {
        response(ProblemReport(problem: text), status: status)
    }

    static var noSuchMailbox: Response { problem("no such mailbox", status: .notFound) }

    /// Nil when the body is not what was expected.
    static func order<Order: Decodable>(_ type: Order.Type, from request: Request) async -> Order? {
        guard let body = try? await request.body.collect(upTo: largestOrder) else { return nil }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(type, from: Data(body.readableBytesView))
    }
}
