import HTTPTransport

/// A way to prove with a password or a ticket who asks; the strongest first.
enum LoginScheme: String, CaseIterable, Hashable, Sendable {
    /// Kerberos, in the wrapping of RFC 4559: nothing is sent that could be used elsewhere.
    case negotiate = "Negotiate"
    /// A proof that the password is known, without the password.
    case ntlm = "NTLM"
    /// The password itself, which the server sees.
    case basic = "Basic"

    /// As `OfferedSchemes` compares names.
    var name: String { rawValue.lowercased() }

    /// The scheme of a proof; `nil` for tokens of others.
    init?(of proof: HTTPAuthentication) {
        switch proof {
        case .none: return nil
        case .basic: self = .basic
        case .ntlm: self = .ntlm
        case .token(let scheme, _):
            guard scheme == Self.negotiate.rawValue else { return nil }
            self = .negotiate
        }
    }
}
