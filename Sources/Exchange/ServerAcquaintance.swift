import EWSMessages

/// What a connector has learnt of its server so far.
struct ServerAcquaintance: Sendable {
    /// What requests are written in.
    private(set) var schemaVersion: ExchangeVersion
    /// `nil` until the server told.
    private(set) var serverVersion: ServerVersion?

    init(schemaVersion: ExchangeVersion) {
        self.schemaVersion = schemaVersion
    }

    /// Notes the build that an answer came from; some answers do not say.
    mutating func meet(_ version: ServerVersion?) {
        serverVersion = version ?? serverVersion
    }

    /// The server does not know the version of a request; takes the next older one.
    ///
    /// - Returns: the version to repeat the request in, `nil` where there is no older one. Another request may have
    ///   stepped down in the meantime, then it is that one.
    mutating func stepDown(from version: ExchangeVersion) -> ExchangeVersion? {
        if schemaVersion == version {
            guard let older = version.stepDown else { return nil }
            schemaVersion = older
        }
        return schemaVersion
    }
}
