import CResolver

/// A rule that leads from a domain to where it has a service: a NAPTR record
/// (<https://www.rfc-editor.org/rfc/rfc3403#section-4>).
package struct AuthorityPointer: Hashable, Sendable {
    /// Those with the lowest are followed, and no others if any of them fits.
    package let order: UInt16
    /// Among equals in order, those with the lowest first.
    package let preference: UInt16
    /// What `replacement` is: `s` for the name of SRV records.
    package let flags: String
    /// Such as `SIP+D2U`.
    package let services: String
    /// Not empty where the name is to be made by a substitution instead.
    package let expression: String
    /// In lower case, without a dot at its end; `""` where there is none.
    package let replacement: String

    package init(
        order: UInt16,
        preference: UInt16,
        flags: String,
        services: String,
        expression: String = "",
        replacement: String
    ) {
        self.order = order
        self.preference = preference
        self.flags = flags
        self.services = services
        self.expression = expression
        self.replacement = replacement
    }

    /// The records of an answer in the order of the message.
    ///
    /// - Throws: `noSuchName`, `noSuchRecord`, `serverFailure` or `malformedAnswer`.
    package static func records(in message: [UInt8]) throws(NameServiceError) -> [AuthorityPointer] {
        try AnswerSection.records(of: ns_t_naptr, in: message) { data in
            var data = data
            guard let order = data.number(), let preference = data.number(), let flags = data.string(),
                let services = data.string(), let expression = data.string(), let replacement = data.lastName()
            else { return nil }
            return AuthorityPointer(
                order: order,
                preference: preference,
                flags: flags,
                services: services,
                expression: expression,
                replacement: replacement
            )
        }
    }
}
