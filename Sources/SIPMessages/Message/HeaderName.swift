/// Names of header fields.
enum HeaderName {
    /// The compact forms (RFC 3261, 7.3.3, and the registry of SIP header fields at IANA).
    private static let compact: [String: String] = [
        "a": "accept-contact", "b": "referred-by", "c": "content-type", "d": "request-disposition",
        "e": "content-encoding", "f": "from", "i": "call-id", "j": "reject-contact", "k": "supported",
        "l": "content-length", "m": "contact", "n": "identity-info", "o": "event", "r": "refer-to", "s": "subject",
        "t": "to", "u": "allow-events", "v": "via", "x": "session-expires", "y": "identity",
    ]

    /// The same for all ways to write a name.
    static func key(_ name: String) -> String {
        let lower = name.lowercased()
        return compact[lower] ?? lower
    }
}
