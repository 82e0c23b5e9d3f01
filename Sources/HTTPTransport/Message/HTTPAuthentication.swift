/// How a request proves who sends it. Exactly one scheme is ever offered to a server: libcurl, given several, may settle
/// for one that can not work.
package enum HTTPAuthentication: Hashable, Sendable {
    /// Nothing is sent.
    case none
    /// RFC 7617, sent with the first request without waiting to be asked.
    case basic(user: String, password: Secret)
    /// NTLM (MS-NLMP, carried as RFC 4559 describes): the connection is what is authenticated, and it is used again for
    /// requests of the same account only. The user may name a domain: `DOMAIN\\user`.
    case ntlm(user: String, password: Secret)
    /// A token that stands by itself, sent with the first request: `Authorization: SCHEME TOKEN` (RFC 6750's `Bearer`,
    /// RFC 4559's `Negotiate`).
    case token(scheme: String, Secret)
}

extension HTTPAuthentication {
    /// Whether NTLM can carry them here: libcurl knows its texts as ISO 8859-1 alone.
    package static func fitsNTLM(user: String, password: Secret) -> Bool {
        NTLMText.user(user) != nil && NTLMText.password(password.reveal()) != nil
    }
}
