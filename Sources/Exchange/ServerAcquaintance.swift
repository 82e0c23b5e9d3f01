import EWSMessages

/// What a connector has learnt of its server so far.
struct ServerAcquaintance: Sendable {
    /// What requests are written in.
    private(set) var schemaVersion: ExchangeVersion
    /// What the first ones were written in.
    private let firstSchemaVersion: ExchangeVersion
    /// `nil` until the server told.
    private(set) var serverVersion: ServerVersion?
    /// The newest product met, without a build.
    private var newest: ServerVersion?
    /// About how many mailboxes one request for mail tips asks.
    private(set) var hintLimit = GetMailTipsRequest.recipientLimit

    /// As whom an application makes requests that concern no mailbox in particular.
    var standIns = StandIns()

    /// Asking for fewer at once would cost more requests than it is worth.
    private static let fewestHints = 10

    init(schemaVersion: ExchangeVersion) {
        self.schemaVersion = schemaVersion
        firstSchemaVersion = schemaVersion
    }

    /// Notes the build that an answer came from; some answers do not say.
    ///
    /// Where it is a newer product than any before, what an older one did not know is tried once more. Never for a
    /// different one alone: behind one name there may be servers of several products.
    mutating func meet(_ version: ServerVersion?) {
        guard let version else { return }
        serverVersion = version
        let product = ServerVersion(version.major, version.minor)
        if let newest, product > newest { schemaVersion = firstSchemaVersion }
        newest = max(newest ?? product, product)
    }

    /// The server refused a request about so many mailboxes; takes half as many from now on.
    ///
    /// - Returns: how many it is then, `nil` where there is no use in fewer. Another request may have stepped down in the
    ///   meantime.
    mutating func askForFewerHints(than count: Int) -> Int? {
        if hintLimit >= count {
            guard count / 2 >= Self.fewestHints else {
                // It was not their number, then.
                hintLimit = GetMailTipsRequest.recipientLimit
                return nil
            }
            hintLimit = count / 2
        }
        return hintLimit
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
