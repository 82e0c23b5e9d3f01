import ConfigurationFile
import Exchange
import HTTPTransport

/// What of a connector is secret, as it was when the connector was built.
struct ConnectorSecrets: Hashable, Sendable {
    let password: Secret?
    let keytab: KeytabFile?
    /// What proves that an application is the application.
    let application: OAuthApplication.Proof?

    /// - Throws: `PasswordError` or `CertificateMistake`.
    init(_ options: ConnectorOptions, credentialsDirectory: String?) throws {
        if let source = options.password {
            password = Secret(try source.readPassword(credentialsDirectory: credentialsDirectory))
        } else {
            password = nil
        }
        keytab = try options.keytab.map { source throws(PasswordError) in
            KeytabFile(path: try source.path(credentialsDirectory: credentialsDirectory))
        }
        application = try options.application.map { application in
            try OAuthApplication.Proof(application.proof, credentialsDirectory: credentialsDirectory)
        }
    }
}
