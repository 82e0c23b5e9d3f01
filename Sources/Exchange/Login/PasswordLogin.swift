package import Availability
package import HTTPTransport

/// A user name and a password, in the one scheme that the administrator chose.
package struct PasswordLogin: EWSLogin {
    /// How the password is shown.
    package enum Scheme: Hashable, Sendable {
        case basic
        case ntlm
    }

    /// An e-mail address, `DOMAIN\user` or a plain account name, as the server wants it.
    package let account: String
    private let password: Secret
    private let scheme: Scheme

    package init(user: String, password: Secret, scheme: Scheme = .basic) {
        account = user
        self.password = password
        self.scheme = scheme
    }

    package func proof(for endpoint: EWSEndpoint) async throws(SourceFailure) -> HTTPAuthentication {
        switch scheme {
        case .basic: .basic(user: account, password: password)
        case .ntlm: .ntlm(user: account, password: password)
        }
    }

    package func refusal(
        of proof: HTTPAuthentication,
        by endpoint: EWSEndpoint,
        headers: HTTPHeaders
    ) async -> LoginRefusal {
        let scheme = scheme == .basic ? LoginScheme.basic : .ntlm
        return LoginRefusal(of: scheme, as: account, by: endpoint, offering: OfferedSchemes(headers))
    }

    package func allowAnotherAttempt() async {}
}
