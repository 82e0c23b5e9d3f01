/// A header field of a SIP message (RFC 3261, 7.3).
package struct SIPHeader: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
