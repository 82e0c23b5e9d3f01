internal import Availability

/// What is written of a user, in a table or in a line of the users file.
enum UserText {
    static func mailbox(_ text: String) throws(Objection) -> MailboxAddress {
        guard let address = MailboxAddress(text) else {
            throw Objection("\"\(text)\" is no e-mail address; write it as in anna@example.com")
        }
        return address
    }

    /// Commands take an address or an extension, so an extension must not look like an address.
    static func phoneExtension(_ text: String) throws(Objection) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { ("!"..."~").contains($0) && $0 != "@" && $0 != "/" }
        guard isPlain, (1...32).contains(text.utf8.count) else {
            throw Objection("\"\(text)\" is no extension, expected up to 32 characters without spaces, @ and /")
        }
        return text
    }

    static func displayName(_ text: String) throws(Objection) -> String {
        let hasControl = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard !hasControl, text.count <= 256 else {
            throw Objection("expected one line of up to 256 characters")
        }
        return text
    }

    /// A word for yes or no, in any letter case: spreadsheets write `TRUE`.
    static func boolean(_ text: String) throws(Objection) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default: throw Objection("\"\(text)\" is none of true, false, yes, no, 1 and 0")
        }
    }
}
