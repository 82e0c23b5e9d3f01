package import Availability
package import HTTPTransport

/// A user name and a password.
package struct PasswordLogin: EWSLogin {
    /// An e-mail address, `DOMAIN\user` or a plain account name, as the server wants it.
    package let account: String
    private let password: Secret

    package init(user: String, password: Secret) {
        account = user
        self.password = password
    }

    package func proof(for endpoint: EWSEndpoint) async throws(SourceFailure) -> HTTPAuthentication {
        .basic(user: account, password: password)
    }

    package func refusal(
        of proof: HTTPAuthentication,
        by endpoint: EWSEndpoint,
        headers: HTTPHeaders
    ) async -> LoginRefusal {
        let offered = OfferedSchemes(headers)
        guard !offered.names.isEmpty, !offered.contains("basic") else {
            return .failed(SourceFailure(.unauthorized(account), retry: .never), isFinal: true)
        }
        if offered.isOnly("bearer") {
            return .failed(SourceFailure(.modernAuthenticationOnly(endpoint.host), retry: .later), isFinal: false)
        }
        return .failed(SourceFailure(.schemeNotOffered(offered.names), retry: .later), isFinal: false)
    }

    package func allowAnotherAttempt() async {}
}
