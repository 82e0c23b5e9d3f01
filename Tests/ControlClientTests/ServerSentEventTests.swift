import ControlClient
import Testing

@Suite("Server-sent events")
struct ServerSentEventTests {
    /// The events in a whole stream, by way of the line splitter.
    private func events(in text: String) throws -> [ServerSentEvent] {
        var splitter = LineSplitter(limit: 100)
        var parser = ServerSentEventParser(limit: 100)
        return try splitter.receive(Array(text.utf8)).compactMap { try parser.receive(line: $0) }
    }

    // The first four are the examples of the specification (WHATWG HTML, 9.2.6).
    @Test(
        "are read as the specification says",
        arguments: [
            ("data: YHOO\ndata: +2\ndata: 10\n\n", [ServerSentEvent(data: "YHOO\n+2\n10")]),
            (
                ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
                [
                    ServerSentEvent(data: "first event", lastID: "1"),
                    ServerSentEvent(data: "second event"),
                    ServerSentEvent(data: " third event"),
                ]
            ),
            ("data\n\ndata\ndata\n\ndata:", [ServerSentEvent(data: ""), ServerSentEvent(data: "\n")]),
            ("data:test\n\ndata: test\n\n", [ServerSentEvent(data: "test"), ServerSentEvent(data: "test")]),
            ("event: change\ndata: 1\n\ndata: 2\n\n", [ServerSentEvent(name: "change", data: "1"), .init(data: "2")]),
            ("event: nothing\n\ndata: 1\n\n", [ServerSentEvent(data: "1")]),
            ("id: 7\ndata: 1\n\ndata: 2\n\n", [.init(data: "1", lastID: "7"), .init(data: "2", lastID: "7")]),
            ("id: 7\ndata: 1\n\nid: 8\0\ndata: 2\n\n", [.init(data: "1", lastID: "7"), .init(data: "2", lastID: "7")]),
            ("data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n", [.init(data: "1"), .init(data: "2"), .init(data: "3")]),
            ("data:\u{301}a\n\n", [ServerSentEvent(data: "\u{301}a")]),
            ("data: a:b: c\n\n", [ServerSentEvent(data: "a:b: c")]),
            ("\u{FEFF}data: marked\n\n", [ServerSentEvent(data: "marked")]),
            ("Data: 1\nunknown: 2\n\n", []),
            ("data: cut off\n", []),
            ("", []),
        ]
    )
    func specification(_ text: String, expected: [ServerSentEvent]) throws {
        #expect(try events(in: text) == expected)
    }

    @Test("may ask to wait before the next connection, in digits only")
    func retry() throws {
        var parser = ServerSentEventParser(limit: 100)
        for line in ["retry: 1500", "retry: soon", "retry:", "retry: -1", ""] { _ = try parser.receive(line: line) }
        #expect(parser.retryMilliseconds == 1500)
    }

    @Test("may not be larger than allowed")
    func limit() throws {
        var parser = ServerSentEventParser(limit: 10)
        _ = try parser.receive(line: "data: 1234")
        _ = try parser.receive(line: "data: 1234")
        #expect(throws: ServerSentEventParser.EventTooLarge.self) { _ = try parser.receive(line: "data:") }
    }
}
