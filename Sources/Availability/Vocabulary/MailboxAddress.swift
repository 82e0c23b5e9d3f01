/// The SMTP address that names a mailbox, folded to lower case so that two spellings are one mailbox.
///
/// Only what a daemon must rely on is checked: one `@` with something on both sides, no white space, no control
/// characters, at most 254 bytes (RFC 5321, 4.5.3.1.3). Whether the mailbox exists is for the server to say.
package struct MailboxAddress: Hashable, Sendable {
    /// The longest address a mail system carries, in bytes.
    package static let longest = 254

    /// The address as it is stored, compared and sent.
    package let text: String

    /// `nil` where `text` cannot be the address of a mailbox.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest, !text.unicodeScalars.contains(where: Self.isForbidden) else {
            return nil
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.text = text.lowercased()
    }

    /// The part behind the `@`, which decides the connector that serves the mailbox.
    package var domain: Substring {
        text[text.index(after: text.firstIndex(of: "@") ?? text.startIndex)...]
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.properties.generalCategory == .control || scalar == "<"
            || scalar == ">"
    }
}

extension MailboxAddress: Comparable {
    package static func < (left: MailboxAddress, right: MailboxAddress) -> Bool { left.text < right.text }
}

extension MailboxAddress: CustomStringConvertible {
    package var description: String { text }
}
