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
        case .basic, .oauth2: return PasswordLogin(user: options.login, password: password)
        case .ntlm: return PasswordLogin(user: options.login, password: password, scheme: .ntlm)
        case .negotiate:
            return NegotiateLogin(account: options.principal ?? options.login, tokens: tickets(options, secrets))
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
