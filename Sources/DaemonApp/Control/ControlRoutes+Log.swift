import Availability
import ControlAPI
import Hummingbird
import NIOCore
import ServiceLifecycle
import Store

/// What the daemon said.
extension ControlRoutes {
    /// How many entries are in memory at once while they are written.
    private static let logPage = 500

    /// A JSON array, newest last; with `follow` one entry a line (`application/x-ndjson`) for as long as the client
    /// listens, and an empty line every now and then. Each piece is read when the one before has been taken.
    func log(_ request: Request) async throws -> Response {
        var query = try LogQuery(request.uri.queryParameters)
        query.filter.user = try await address(of: query.user)
        let start = try await eventLog.start(after: query.after, newest: query.limit, of: query.filter)
        return query.follows ? follow(query, after: start) : list(query, after: start)
    }

    /// The address stands for itself, also of somebody who is no user any more.
    private func address(of user: String?) async throws -> String? {
        guard let user else { return nil }
        if let address = MailboxAddress(user) { return address.text }
        return try await directory.find(user).user.address.text
    }

    private func list(_ query: LogQuery, after start: Int64) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                var separator = "["
                _ = try await write(query.filter, after: start, limit: query.limit) { page in
                    var buffer = ByteBuffer()
                    for entry in page {
                        buffer.writeString(separator)
                        buffer.writeBytes(try ControlJSON.encode(entry))
                        separator = ","
                    }
                    try await writer.write(buffer)
                }
                try await writer.write(ByteBuffer(string: separator == "[" ? "[]" : "]"))
                try await writer.finish(nil)
            }
        )
    }

    private func follow(_ query: LogQuery, after start: Int64) -> Response {
        // From before the first reading on, so that nothing is missed between it and the first ring.
        let rings = eventLog.listen()
        return Response(
            status: .ok,
            headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                var last = start
                func writeNews() async throws {
                    let before = last
                    last = try await write(query.filter, after: last, limit: .max) { page in
                        var buffer = ByteBuffer()
                        for entry in page {
                            buffer.writeBytes(try ControlJSON.encode(entry))
                            buffer.writeString("\n")
                        }
                        try await writer.write(buffer)
                    }
                    // Readers pass over it; writing shows whether somebody is still there.
                    if last == before { try await writer.write(ByteBuffer(string: "\n")) }
                }
                try await writeNews()
                for await _ in rings.cancelOnGracefulShutdown() { try await writeNews() }
                try await writeNews()
                try await writer.finish(nil)
            }
        )
    }

    /// Hands on at most `limit` of the wanted entries behind `start`, page by page.
    ///
    /// - Returns: the number of the last one.
    private func write(
        _ filter: EventLogFilter,
        after start: Int64,
        limit: Int,
        _ write: ([LogEntry]) async throws -> Void
    ) async throws -> Int64 {
        var (last, rest) = (start, limit)
        while rest > 0 {
            let wanted = min(rest, Self.logPage)
            let page = try await eventLog.entries(filter, after: last, limit: wanted)
            if let newest = page.last {
                last = newest.number
                try await write(page.map(LogEntry.init))
            }
            guard page.count == wanted else { break }
            rest -= wanted
        }
        return last
    }
}

extension LogEntry {
    init(_ numbered: NumberedLogEntry) {
        var others = numbered.entry.fields
        self.init(
            number: numbered.number,
            at: numbered.entry.at,
            level: numbered.entry.level.rawValue,
            message: numbered.entry.message,
            event: others.removeValue(forKey: "event"),
            user: others.removeValue(forKey: "user"),
            connector: others.removeValue(forKey: "connector"),
            diagnosis: others.removeValue(forKey: "diagnosis"),
            fields: [:]
        )
        fields = others
    }
}
