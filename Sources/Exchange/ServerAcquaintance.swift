import EWSMessages

/// What a connector has learnt of its server so far.
struct ServerAcquaintance: Sendable {
    /// What requests are written in.
    private(set) var schemaVersion: ExchangeVersion
    /// `nil` until the server told.
    private(set) var serverVersion: ServerVersion?
    /// About how many mailboxes one request for mail tips asks.
    private(set) var hintLimit = GetMailTipsRequest.recipientLimit

    /// As whom an application makes requests that concern no mailbox in particular.
    var standIns = StandIns()

    /// Asking for fewer at once would cost more requests than it is worth.
    private static let fewestHints = 10

    init(schemaVersion: ExchangeVersion) {
        self.schemaVersion = schemaVersion
    }

    /// Notes the build that an answer came from; some answers do not say.
    mutating func meet(_ version: ServerVersion?) {
        serverVersion = version ?? serverVersion
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
