/// Makes messages out of the bytes of a connection to the Asterisk Manager Interface.
///
/// The first line is the banner, `Asterisk Call Manager/` and a version; then each message is lines of `Name: value` and an
/// empty line. Lines end with CR and LF, or LF alone. What waits here is bounded.
package struct ManagerStream: Sendable {
    /// What came.
    package enum Item: Hashable, Sendable {
        /// The version of the protocol, such as `5.0.2`.
        case banner(String)
        case message(AsteriskMessage)
    }

    /// What came is no such protocol.
    package enum Fault: Error, Hashable, Sendable {
        /// The first line; the beginning of it, printable.
        case banner(String)
        /// A line without a name; the beginning of it, printable.
        case line(String)
        /// A line or a message with more than the allowed number of bytes or lines.
        case length
    }

    private static let greeting = "Asterisk Call Manager/"
    /// Bytes of a line that comes: Asterisk itself writes some that are longer than those it reads.
    private static let longestLine = 8_192
    /// Lines of a message (`AST_MAX_MANHEADERS` of Asterisk is 128).
    private static let mostLines = 256

    private var line: [UInt8] = []
    private var fields: [AsteriskMessage.Field] = []
    private var hasGreeted = false

    package init() {}

    /// Takes the next bytes, and gives what they complete. After an error there is nothing more to be had.
    package mutating func take(_ bytes: some Sequence<UInt8>) throws(Fault) -> [Item] {
        var items: [Item] = []
        for byte in bytes {
            guard byte == 0x0A else {
                line.append(byte)
                guard line.count <= Self.longestLine else { throw hasGreeted ? .length : .banner(Self.shown(line)) }
                continue
            }
            if line.last == 0x0D { line.removeLast() }
            if let item = try endLine() { items.append(item) }
            line.removeAll(keepingCapacity: true)
        }
        return items
    }

    private mutating func endLine() throws(Fault) -> Item? {
        let text = String(decoding: line, as: UTF8.self)
        guard hasGreeted else {
            guard text.hasPrefix(Self.greeting) else { throw .banner(Self.shown(line)) }
            hasGreeted = true
            return .banner(String(text.dropFirst(Self.greeting.count)))
        }
        guard !text.isEmpty else {
            guard !fields.isEmpty else { return nil }
            defer { fields = [] }
            return .message(AsteriskMessage(fields))
        }
        guard fields.count < Self.mostLines else { throw .length }
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else { throw .line(Self.shown(line)) }
        let value = text[text.index(after: colon)...]
        fields.append(AsteriskMessage.Field(String(text[..<colon]), String(value.drop { $0 == " " })))
        return nil
    }

    /// The beginning of it, with `?` for what cannot be printed.
    private static func shown(_ line: [UInt8]) -> String {
        String(decoding: line.prefix(60).map { 0x20...0x7E ~= $0 ? $0 : 0x3F }, as: UTF8.self)
    }
}

extension ManagerStream.Fault: CustomStringConvertible {
    /// A clause without a full stop.
    package var description: String {
        switch self {
        case .banner(let seen): "it does not begin with \"Asterisk Call Manager/\" but with \"\(seen)\""
        case .line(let seen): "a line has no name: \"\(seen)\""
        case .length: "a message is longer than any of Asterisk"
        }
    }
}
