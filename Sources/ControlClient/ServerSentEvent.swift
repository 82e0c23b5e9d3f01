/// An event of a stream of server-sent events.
package struct ServerSentEvent: Hashable, Sendable {
    /// `message` where the stream names none.
    package var name: String
    /// Several lines are joined with LF.
    package var data: String
    /// The last id that the stream has given so far, in this event or an earlier one.
    package var lastID: String

    package init(name: String = "message", data: String, lastID: String = "") {
        self.name = name
        self.data = data
        self.lastID = lastID
    }
}

/// Puts events together from lines, by the rules of https://html.spec.whatwg.org/multipage/server-sent-events.html
/// (9.2.6). Comments, which keep a connection alive, and unknown fields are passed over; an event that the end of the
/// stream cuts off is dropped.
package struct ServerSentEventParser: Sendable {
    /// The data of one event is larger than allowed.
    package struct EventTooLarge: Error, Hashable {
        package let limit: Int
    }

    /// Bytes that the data of one event may have.
    package let limit: Int
    /// How long the server asks to wait before connecting again, in milliseconds, if it has.
    package private(set) var retryMilliseconds: Int?
    private var name = ""
    private var data: [String] = []
    private var size = 0
    private var lastID = ""
    private var isFirstLine = true

    package init(limit: Int) {
        self.limit = limit
    }

    /// The event that is complete with `line`.
    package mutating func receive(line: String) throws(EventTooLarge) -> ServerSentEvent? {
        // By scalars throughout: a combining mark after a colon would hide it among characters.
        var scalars = Substring(line).unicodeScalars
        if isFirstLine, scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        isFirstLine = false
        if scalars.isEmpty { return takeEvent() }
        let colon = scalars.firstIndex(of: ":") ?? scalars.endIndex
        var value = scalars[colon...].dropFirst()
        if value.first == " " { value.removeFirst() }
        try set(String(scalars[..<colon]), String(value))
        return nil
    }

    private mutating func set(_ field: String, _ value: String) throws(EventTooLarge) {
        switch field {
        case "event": name = value
        case "data":
            size += value.utf8.count + 1
            guard size <= limit else { throw EventTooLarge(limit: limit) }
            data.append(value)
        case "id" where !value.unicodeScalars.contains("\0"): lastID = value
        case "retry" where !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }:
            retryMilliseconds = Int(value)
        default: break
        }
    }

    private mutating func takeEvent() -> ServerSentEvent? {
        defer {
            name = ""
            data = []
            size = 0
        }
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(
            name: name.isEmpty ? "message" : name,
            data: data.joined(separator: "\n"),
            lastID: lastID
        )
    }
}
