import Foundation

/// What the dialplan function PRESENCE_STATE is set to: `state,subtype,message`, and behind that `,e` where subtype and
/// message are in Base64 (<https://docs.asterisk.org/Latest_API/API_Documentation/Dialplan_Functions/PRESENCE_STATE/>).
package struct PresenceState: Hashable, Sendable {
    /// The states that there are
    /// (<https://docs.asterisk.org/Fundamentals/Key-Concepts/States-and-Presence/Presence-State/>).
    package enum Value: String, CaseIterable, Sendable {
        case notSet = "not_set"
        case unavailable
        case available
        case away
        /// Not there, and not expected back for a while.
        case extendedAway = "xa"
        case chat
        case doNotDisturb = "dnd"
    }

    package var value: Value
    /// A few words on what kind of this state it is; empty where there is nothing to say.
    package var subtype: String
    /// For people to read; empty where there is nothing to say.
    package var message: String

    /// Bytes of a message, and of a subtype, that reach a phone: Asterisk decodes them into 256 bytes with a NUL at their
    /// end before it tells who watches (`decoded_message` in its funcs/func_presencestate.c), without a look at where
    /// characters end.
    package static let longestText = 255

    package init(_ value: Value, subtype: String = "", message: String = "") {
        self.value = value
        self.subtype = subtype
        self.message = message
    }

    /// The name of the function with its argument: what Setvar sets.
    package static func variable(_ name: StateName) -> String { "PRESENCE_STATE(\(name.text))" }

    /// The value for Setvar: printable ASCII on one line, with no other comma than those between its parts.
    package var text: String {
        let texts = [subtype, message].map(Self.shortened)
        guard !texts.allSatisfy(\.isEmpty) else { return value.rawValue }
        if texts.allSatisfy(Self.isPlain) { return ([value.rawValue] + texts).joined(separator: ",") }
        let encoded = texts.map { Data($0.utf8).base64EncodedString() }
        return ([value.rawValue] + encoded + ["e"]).joined(separator: ",")
    }

    /// On one line and no longer than Asterisk can pass on; what is cut off ends in `…`.
    private static func shortened(_ text: String) -> String {
        var line = text.split {
            $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
        }
        .joined(separator: " ")
        line.unicodeScalars.removeAll { $0.properties.generalCategory == .control }
        guard line.utf8.count > longestText else { return line }
        let mark = "…"
        var room = longestText - mark.utf8.count
        let kept = line.prefix { character in
            room -= character.utf8.count
            return room >= 0
        }
        return kept + mark
    }

    /// Whether nothing in it has a meaning for Asterisk or for a dialplan that reads it.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x2D, 0x2E, 0x3A, 0x21, 0x3F: true
            default: false
            }
        }
    }
}
