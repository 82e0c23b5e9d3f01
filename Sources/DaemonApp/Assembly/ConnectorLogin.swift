import ConfigurationFile
import Exchange
import HTTPTransport

/// How a connector logs in.
enum ConnectorLogin {
    static func login(
        _ options: ConnectorOptions,
        _ secrets: ConnectorSecrets,
        in surroundings: Surroundings
    ) -> any EWSLogin {
        PasswordLogin(user: options.login, password: secrets.password ?? Secret(""))
    }
}

extension ConnectorOptions {
    /// Whose word is taken for who the server is.
    var trust: TrustOptions { TrustOptions(caFile: caFile, pinnedPublicKey: pinnedPublicKey) }
}
