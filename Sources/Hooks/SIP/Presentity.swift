import Availability
import Foundation
import SIPMessages

/// The form of the URIs of users' presences, as the configuration has it: `sip:{extension}@pbx.example.com`.
package struct Presentity: Hashable, Sendable {
    /// `{extension}`, `{user}` (before the @ of the address) and `{domain}` (behind it) are replaced.
    package let template: String

    package init(_ template: String) {
        self.template = template
    }

    enum Result: Hashable, Sendable {
        case uri(SIPURI)
        /// It needs an extension, which the user does not have.
        case noExtension
        /// What comes of it is no URI.
        case malformed(String)
    }

    func uri(of user: MailboxAddress, phoneExtension: String?) -> Result {
        var text = template
        if text.contains(Self.phoneExtension) {
            guard let phoneExtension, !phoneExtension.isEmpty else { return .noExtension }
            text = text.replacing(Self.phoneExtension, with: SIPURI.escapedUser(phoneExtension))
        }
        let name = user.text.prefix { $0 != "@" }
        text = text.replacing("{user}", with: SIPURI.escapedUser(String(name)))
        text = text.replacing("{domain}", with: String(user.domain))
        return SIPURI(text).map(Result.uri) ?? .malformed(String(text.prefix(200)))
    }

    private static let phoneExtension = "{extension}"
}
