internal import Foundation

extension ApplicationOptions {
    /// The application of a `[[connector]]`; `nil` where something of it is wrong or missing.
    /// - Parameter isWanted: whether what is missing is a mistake.
    static func read(
        _ reader: TableReader<ConnectorKey>,
        _ environment: ConfigurationEnvironment,
        isWanted: Bool
    ) -> ApplicationOptions? {
        if isWanted { reader.require(.tenant, .clientID) }
        let tenant = reader.isIdle(.tenant) && !isWanted ? nil : reader.text(.tenant, Self.tenant)?.value
        let clientID = reader.isIdle(.clientID) && !isWanted ? nil : reader.text(.clientID, Self.clientID)?.value
        let proof = Proof.read(reader, environment, isWanted: isWanted)
        let authority = reader.isIdle(.authority) ? nil : reader.text(.authority, Self.authority)
        let scope = reader.isIdle(.scope) ? nil : reader.text(.scope, Self.scope)
        guard let tenant, let clientID, let proof else { return nil }
        guard authority != nil || reader.isIdle(.authority), scope != nil || reader.isIdle(.scope) else { return nil }
        var options = ApplicationOptions(tenant: tenant, clientID: clientID, proof: proof)
        options.authority = authority?.value ?? options.authority
        options.scope = scope?.value ?? options.scope
        return options
    }

    /// A directory's id or one of its domains. An application cannot log in to "whichever is the user's".
    private static func tenant(_ text: String) throws(Objection) -> String {
        let form = "write its id (00000000-0000-0000-0000-000000000000) or one of its domains (example.onmicrosoft.com)"
        guard !["common", "organizations", "consumers"].contains(text.lowercased()) else {
            throw Objection("an application logs in to one tenant, \"\(text)\" is none; \(form)")
        }
        guard HostText.isName(text) else { throw Objection("\"\(text)\" is no tenant; \(form)") }
        return text
    }

    /// RFC 6749, appendix A.1. It is not repeated: the secret, which stands beside it in the portal, is easily mistaken
    /// for it.
    private static func clientID(_ text: String) throws(Objection) -> String {
        guard (1...255).contains(text.utf8.count), text.unicodeScalars.allSatisfy({ ("!"..."~").contains($0) }) else {
            throw Objection("expected the application (client) id, as in 00000000-0000-0000-0000-000000000000")
        }
        return text
    }

    /// Without a slash at its end. Whoever hears what is sent there has the secret.
    private static func authority(_ text: String) throws(Objection) -> String {
        let model = "write the beginning of it, such as \(Self.defaultAuthority)"
        guard !text.contains("@") else {
            throw WebAddress.malformed("user name and password do not belong here", model: model)
        }
        let address = try WebAddress(text, model: model)
        guard address.scheme != .http || address.isLoopback else {
            throw Objection(
                "http would show the secret to everybody on the way; write https, http is for loopback only",
                diagnosis: "url.not-https"
            )
        }
        var path = address.path
        while path.hasSuffix("/") { path.removeLast() }
        guard !path.lowercased().contains("/oauth2") else {
            throw WebAddress.malformed("\"\(text)\" has more than the tenant stands behind", model: model)
        }
        return "\((address.scheme ?? .https).rawValue)://\(address.host)\(address.port)\(path)"
    }

    /// RFC 6749, 3.3.
    private static func scope(_ text: String) throws(Objection) -> String {
        let isScope = text.unicodeScalars.allSatisfy { (" "..."~").contains($0) && $0 != "\"" && $0 != "\\" }
        guard isScope, (1...1_000).contains(text.utf8.count), text.contains(where: { $0 != " " }) else {
            throw Objection("\"\(text)\" is no scope; write it as in \(Self.defaultScope)")
        }
        return text
    }
}

extension ApplicationOptions.Proof {
    /// Either a secret, or a certificate with its key.
    fileprivate static func read(
        _ reader: TableReader<ConnectorKey>,
        _ environment: ConfigurationEnvironment,
        isWanted: Bool
    ) -> Self? {
        let (secretKeys, privateKeys) = (SecretKeys.clientSecret, SecretKeys.clientPrivateKey)
        let hasCertificate = !reader.isIdle(.clientCertificate) || privateKeys.isGiven(in: reader)
        let hasSecret = secretKeys.isGiven(in: reader) || reader.has(.clientSecret)
        let secret = secretKeys.read(reader, environment, as: .clientSecret, isRequired: false)
        guard hasCertificate else {
            if isWanted, !hasSecret {
                reader.requireOne(of: [.clientSecretFile, .clientSecretCredential, .clientCertificate])
            }
            return secret.map(Self.secret)
        }
        if isWanted { reader.require(.clientCertificate) }
        let path = reader.text(.clientCertificate) { (path) throws(Objection) in try environment.certificate(path) }?
            .value
        let privateKey = privateKeys.read(reader, environment, as: .privateKey, isRequired: isWanted)
        if hasSecret {
            let certificate: ConnectorKey = reader.isIdle(.clientCertificate) ? privateKeys.file : .clientCertificate
            reader.mistakes.note(
                "a secret and a certificate of the application are both given; leave out one of the two",
                at: reader.place(of: certificate)
            )
            return nil
        }
        guard let path, let privateKey else { return nil }
        return .certificate(path: path, privateKey: privateKey)
    }
}
