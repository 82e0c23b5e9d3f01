internal import Availability

/// Where the server of a connector is, as a `[[connector]]` says it: by name, or to be found by a mail domain.
struct PlaceKeys {
    /// `nil` with `autodiscover`, and where the key is wrong or missing.
    private(set) var ewsURL: String?
    private(set) var domains: [String] = []
    /// Whether nothing is missing that a connector cannot do without.
    private(set) var isComplete = false

    /// - Parameter login: Autodiscover asks by the address of the account.
    init(_ reader: TableReader<ConnectorKey>, beside login: LoginKeys) {
        let isFound = reader.boolean(.autodiscover)
        guard isFound == true else {
            if !reader.isIdle(.autodiscoverDomains) {
                reader.mistakes.note(
                    "autodiscover_domains is only used with autodiscover = true; leave it out",
                    at: reader.place(of: .autodiscoverDomains)
                )
            }
            // Where nobody can tell what was meant, no server is missed.
            if isFound != nil || !reader.has(.autodiscover) { reader.require(.server) }
            ewsURL = reader.text(.server, ServerAddress.ewsURL)?.value
            isComplete = ewsURL != nil
            return
        }
        if !reader.isIdle(.server) {
            reader.mistakes.note(
                "server: autodiscover = true finds the server; leave out one of the two",
                at: reader.place(of: .server)
            )
        }
        let hasAddress = Self.checkAddress(reader, login)
        let domains = reader.texts(.autodiscoverDomains, ConnectorDirectory.mailDomain)
        self.domains = domains?.map(\.value) ?? []
        isComplete = reader.isIdle(.server) && hasAddress
    }

    /// Without the address of a mailbox nobody knows where to look for the server.
    private static func checkAddress(_ reader: TableReader<ConnectorKey>, _ login: LoginKeys) -> Bool {
        // What is given and wrong was noted already.
        guard login.authentication != nil, !reader.has(.accountAddress) else { return login.accountAddress != nil }
        guard login.authentication != .oauth2, reader.has(.username) else {
            if login.authentication == .oauth2 || reader.has(.principal) {
                reader.mistakes.note(
                    "missing key \"account_address\" in [[connector]]: autodiscover finds the server by an e-mail address",
                    at: reader.place,
                    diagnosis: "config.username-not-email"
                )
            }
            return false
        }
        guard let username = login.username else { return false }
        if MailboxAddress(username) != nil { return true }
        reader.mistakes.note(
            "autodiscover: finds the server by an e-mail address, and \"\(username)\" is none; set account_address",
            at: reader.place(of: .autodiscover),
            diagnosis: "config.username-not-email"
        )
        return false
    }
}
