import ConfigurationFile
import Exchange
import HTTPTransport
import Kerberos
import Logging

/// How a connector logs in.
enum ConnectorLogin {
    static func login(
        _ options: ConnectorOptions,
        _ secrets: ConnectorSecrets,
        in surroundings: Surroundings
    ) -> any EWSLogin {
        let password = secrets.password ?? Secret("")
        switch options.authentication {
        case .basic: return PasswordLogin(user: options.login, password: password)
        case .ntlm: return PasswordLogin(user: options.login, password: password, scheme: .ntlm)
        case .negotiate:
            return NegotiateLogin(account: options.principal ?? options.login, tokens: tickets(options, secrets))
        case .oauth2: return application(options, secrets, in: surroundings)
        case .auto:
            var logger = surroundings.logger
            logger[metadataKey: "connector"] = "\(options.name)"
            return AutomaticLogin(
                user: options.login,
                password: secrets.password,
                tokens: tickets(options, secrets),
                http: surroundings.client,
                trust: options.trust,
                clock: surroundings.scheduler,
                logger: logger
            )
        }
    }

    /// - Returns: what the configuration has with `oauth2` and the secrets were read for, so that nothing is missing here.
    private static func application(
        _ options: ConnectorOptions,
        _ secrets: ConnectorSecrets,
        in surroundings: Surroundings
    ) -> any EWSLogin {
        guard let application = options.application, let proof = secrets.application else {
            return PasswordLogin(user: options.login, password: secrets.password ?? Secret(""))
        }
        return OAuthLogin(
            OAuthApplication(application, proof: proof, caFile: options.caFile),
            http: surroundings.client,
            clock: surroundings.scheduler
        )
    }

    private static func tickets(_ options: ConnectorOptions, _ secrets: ConnectorSecrets) -> KerberosTickets {
        KerberosTickets(
            secrets.keytab.map { .keytab(path: $0.path, principal: options.principal) }
                ?? .cache(principal: options.principal)
        )
    }
}

extension ConnectorOptions {
    /// Whose word is taken for who the server is.
    var trust: TrustOptions { TrustOptions(caFile: caFile, pinnedPublicKey: pinnedPublicKey) }
}
