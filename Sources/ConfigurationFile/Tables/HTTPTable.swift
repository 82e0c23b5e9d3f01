/// The keys of `[http]`: the control API over TCP.
enum HTTPKey: String, TableKey {
    case listen
    case tls
    case tokens

    static let table = "[http]"
}

/// The keys of `[http.tls]`.
enum TLSKey: String, TableKey {
    case certificate
    case privateKey = "private_key"

    static let table = "[http.tls]"
}

extension HTTPOptions {
    /// - Parameter connectors: those that may wait for Exchange on addresses of their own.
    init(
        _ reader: TableReader<HTTPKey>,
        besides connectors: [ConnectorOptions],
        environment: ConfigurationEnvironment
    ) {
        self.init()
        let address =
            reader.isIdle(.listen)
            ? nil
            : reader.text(.listen) { (text) throws(Objection) in
                try CallbackAddress.listen(text, model: "127.0.0.1:8125 or [::1]:8125")
            }
        if !reader.isIdle(.tls) {
            identity = ServerIdentity(reader.table(.tls, of: TLSKey.self), environment: environment)
        }
        tokens = TokenOptions.all(reader.tables(.tokens, of: TokenKey.self), environment: environment)
        guard let address else { return }
        _ = reader.converted(.listen, address) { (listen) throws(Objection) in
            try Self.check(listen, hasTLS: !reader.isIdle(.tls), hasTokens: !reader.isIdle(.tokens))
            try Self.check(listen, besides: connectors)
        }
        listen = address.value
    }

    /// Tokens and presences cross no network that others may listen on, and nobody comes over one without a token.
    private static func check(_ listen: ListenAddress, hasTLS: Bool, hasTokens: Bool) throws(Objection) {
        let missing = [hasTLS ? nil : HTTPKey.tls, hasTokens ? nil : .tokens].compactMap { $0?.rawValue }
        guard missing.isEmpty || listen.isLoopback else {
            throw Objection(
                "other machines can reach \(listen): that needs \(missing.joined(separator: " and ")); "
                    + "else listen on 127.0.0.1 or [::1]"
            )
        }
    }

    private static func check(_ listen: ListenAddress, besides connectors: [ConnectorOptions]) throws(Objection) {
        let rival = connectors.first { $0.callback?.listen.overlaps(listen) == true }
        guard let rival else { return }
        throw Objection("connector \(rival.name) waits for Exchange on port \(listen.port); give it another port")
    }
}

extension ServerIdentity {
    /// Both files, or neither.
    fileprivate init?(_ reader: TableReader<TLSKey>, environment: ConfigurationEnvironment) {
        reader.require(.certificate, .privateKey)
        let certificate = reader.text(.certificate, environment.file)?.value
        let privateKey = reader.text(.privateKey, environment.secretFile)?.value
        guard let certificate, let privateKey else { return nil }
        self.init(certificate: certificate, privateKey: privateKey)
    }
}
