import ConfigurationFile
import HTTPTransport

/// A token and what it allows.
struct AccessToken: Sendable {
    let name: String
    let access: TokenOptions.Access
    private let secret: Secret

    init(name: String, access: TokenOptions.Access, secret: Secret) {
        self.name = name
        self.access = access
        self.secret = secret
    }

    /// Whether `text` is the token, in a time that does not depend on where it differs, only on its length.
    func equals(_ text: String) -> Bool {
        let (shown, known) = (Array(text.utf8), Array(secret.reveal().utf8))
        guard !known.isEmpty else { return false }
        var difference = shown.count ^ known.count
        for (index, byte) in shown.enumerated() { difference |= Int(byte ^ known[index % known.count]) }
        return difference == 0
    }
}

extension AccessRule {
    /// What the configuration says, with the tokens that it names.
    ///
    /// - Parameters:
    ///   - daemonUser: the user this process runs as.
    ///   - credentialsDirectory: what `$CREDENTIALS_DIRECTORY` says, if anything.
    init(_ configuration: Configuration, daemonUser: UInt32, credentialsDirectory: String?) throws(TokenError) {
        self.init(daemonUser: daemonUser, writerGroup: configuration.service.writerGroup, tokens: [])
        for options in configuration.http.tokens {
            let text = try options.source.readToken(credentialsDirectory: credentialsDirectory)
            tokens.append(AccessToken(name: options.name, access: options.access, secret: Secret(text)))
        }
    }
}
