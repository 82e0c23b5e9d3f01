package import Foundation

/// The keys of a `[[hook]]` of kind `sip-publish`.
package struct SIPPublishOptions: Hashable, Sendable {
    /// The words of the key `transport`.
    package enum Transport: String, CaseIterable, Sendable {
        case udp, tcp, tls
    }

    /// A host name or address.
    package var host: String
    /// `nil` where NAPTR and SRV records tell it (RFC 3263), or the transport's own.
    package var port: UInt16?
    /// `nil` where NAPTR records tell it, or UDP.
    package var transport: Transport?
    /// What makes the URI of a user's presence: `{extension}`, `{user}` (before the @) and `{domain}` (behind it) are
    /// replaced. Such as `sip:{extension}@pbx.example.com`.
    package var presentity: String
    /// For digest authentication; `nil` where none is wanted.
    package var username: String?
    package var password: PasswordSource?
    /// Seconds that a publication is to live at most without being refreshed.
    package var expires: TimeInterval = 3_600
    package var announcement: AnnouncementChoice = .internal
    /// An absolute path of PEM certificates that are trusted instead of the system's.
    package var caFile: String?

    package init(host: String, presentity: String) {
        self.host = host
        self.presentity = presentity
    }
}
