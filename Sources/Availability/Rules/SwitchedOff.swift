/// Why a user's calendar is not read.
package enum SwitchedOff: Hashable, Sendable {
    /// Nobody's is.
    case integration
    /// Nobody's is that this connector reads.
    case connector(String, isByHand: Bool)
    case user(isByHand: Bool)

    /// For a person: what is switched off, and where.
    package var sentence: String {
        switch self {
        case .integration:
            "The integration as a whole is switched off; freebusyctl enable switches it on."
        case .connector(let name, isByHand: true):
            "The connector \(name) is switched off; freebusyctl enable --connector \(name) switches it on."
        case .connector(let name, isByHand: false):
            "The connector \(name) is switched off (enabled = false)."
        case .user(isByHand: true):
            "The calendar integration of this user was switched off by hand; freebusyctl enable switches it on."
        case .user(isByHand: false):
            "The calendar integration of this user is switched off (calendar_integration = false)."
        }
    }
}
