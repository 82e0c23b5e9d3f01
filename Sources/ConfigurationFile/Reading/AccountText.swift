/// Who logs in, in the words of a Windows domain.
enum AccountText {
    /// The accounts of Exchange are those of a Windows domain, which can be told in three ways.
    static func username(_ text: String, hasDomain: Bool) throws(Objection) -> String {
        guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Objection("expected a user name")
        }
        // Basic authentication cannot carry it (RFC 7617, 2); it may be followed by a password, so it is not repeated.
        guard !text.contains(":") else { throw Objection("a user name cannot hold a colon") }
        if text.contains("\\") && hasDomain {
            throw Objection("\"\(text)\" already names a domain; leave out one of the two")
        }
        guard hasDomain || text.contains("@") || text.contains("\\") else {
            throw Objection(
                "\"\(text)\" has no domain; write an e-mail address or DOMAIN\\user, or set the key domain",
                diagnosis: "config.username-not-email"
            )
        }
        return text
    }

    static func windowsDomain(_ text: String) throws(Objection) -> String {
        guard HostText.isName(text) else { throw Objection("\"\(text)\" is no domain") }
        return text
    }

    /// Of Kerberos: `user@REALM`, or without the realm where the machine has one (krb5_parse_name).
    static func principal(_ text: String) throws(Objection) -> String {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = text.unicodeScalars.allSatisfy { ("!"..."~").contains($0) && $0 != "\\" }
        guard isPlain, (1...2).contains(parts.count), !parts.contains(where: \.isEmpty) else {
            throw Objection("\"\(text)\" is no principal; write it as in freebusyd@EXAMPLE.COM")
        }
        return text
    }
}
