import Foundation

/// A place in a mailbox's log as clients carry it around: opaque to them, thirteen bytes in base 64 as Exchange's.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/watermark
struct Watermark: Equatable, Sendable {
    /// Everything up to this event was heard.
    var position: Int

    init(_ position: Int) {
        self.position = position
    }

    /// Nil when it is none of ours.
    init?(text: String) {
        guard let bytes = Data(base64Encoded: text).map({ [UInt8]($0) }), bytes.count == 13,
            bytes[0..<4].allSatisfy({ $0 == 0 }), bytes[12] == 1, bytes[11] < 0x80
        else { return nil }
        position = bytes[4..<12].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    var text: String {
        let place = (0..<8).map { UInt8(truncatingIfNeeded: position >> ($0 * 8)) }
        return Data([0, 0, 0, 0] + place + [1]).base64EncodedString()
    }
}

/// The ids of calendar folders and of what lies in them.
enum StoreID {
    /// A mailbox's calendar.
    static func calendar(of mailbox: String) -> String { Data("calendar/\(mailbox)".utf8).base64EncodedString() }

    /// The mailbox whose calendar an id names, nil when it names none.
    static func mailbox(ofCalendar id: String) -> String? {
        guard let text = Data(base64Encoded: id).map({ String(decoding: $0, as: UTF8.self) }),
            text.hasPrefix("calendar/")
        else { return nil }
        return String(text.dropFirst("calendar/".count))
    }

    static func item(_ item: String, of mailbox: String) -> String {
        Data("item/\(mailbox)/\(item)".utf8).base64EncodedString()
    }
}
