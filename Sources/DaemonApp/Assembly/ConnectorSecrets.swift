import ConfigurationFile
import HTTPTransport

/// What of a connector is secret, as it was when the connector was built.
struct ConnectorSecrets: Hashable, Sendable {
    let password: Secret?
    let keytab: KeytabFile?

    /// - Throws: `PasswordError`.
    init(_ options: ConnectorOptions, credentialsDirectory: String?) throws(PasswordError) {
        if let source = options.password {
            password = Secret(try source.readPassword(credentialsDirectory: credentialsDirectory))
        } else {
            password = nil
        }
        keytab = try options.keytab.map { source throws(PasswordError) in
            KeytabFile(path: try source.path(credentialsDirectory: credentialsDirectory))
        }
    }
}
