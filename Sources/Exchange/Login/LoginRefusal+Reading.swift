import Availability

extension LoginRefusal {
    /// What a 401 means for whoever used one scheme and has no other.
    ///
    /// - Parameters:
    ///   - account: as messages name it.
    ///   - offered: by that answer.
    init(of scheme: LoginScheme, as account: String, by endpoint: EWSEndpoint, offering offered: OfferedSchemes) {
        if let diagnosis = Self.closedDoor(to: [scheme], endpoint, offered) {
            self = .failed(SourceFailure(diagnosis, retry: .later), isFinal: false)
            return
        }
        let takesTokens = offered.contains("bearer")
        switch scheme {
        case .basic where endpoint.isExchangeOnline:
            // Basic was switched off there for good, whatever the header says
            // (https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online).
            self = .failed(SourceFailure(.modernAuthenticationOnly(endpoint.host), retry: .never), isFinal: true)
        case .basic:
            self = .failed(
                SourceFailure(.unauthorized(account, takesTokens: takesTokens), retry: .never),
                isFinal: true
            )
        case .ntlm: self = .failed(SourceFailure(.unauthorizedByNTLM(account), retry: .never), isFinal: true)
        case .negotiate:
            // No account is locked for a ticket that a service did not like.
            self = .failed(SourceFailure(.ticketRefused(account, by: endpoint.host), retry: .later), isFinal: false)
        }
    }

    /// Why none of these schemes is to be tried; `nil` where one is, or where the server does not say what it takes.
    static func closedDoor(
        to schemes: [LoginScheme],
        _ endpoint: EWSEndpoint,
        _ offered: OfferedSchemes
    ) -> Diagnosis? {
        guard !offered.names.isEmpty, !schemes.contains(where: { offered.contains($0.name) }) else { return nil }
        return offered.isForTokensOnly
            ? .modernAuthenticationOnly(endpoint.host) : .schemeNotOffered(offered.names, wanted: schemes)
    }
}
