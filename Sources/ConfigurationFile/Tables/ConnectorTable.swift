/// The keys of a `[[connector]]`.
enum ConnectorKey: String, TableKey {
    case name
    case enabled
    case server
    case autodiscover
    case username
    case domain
    case accountAddress = "account_address"
    case password
    case passwordFile = "password_file"
    case passwordCredential = "password_credential"
    case authentication
    case access
    case caFile = "ca_file"
    case pinnedPublicKey = "pinned_public_key"
    case mailDomains = "mail_domains"
    case details
    case notification
    case callbackURL = "callback_url"
    case callbackListen = "callback_listen"
    case callbackCertificate = "callback_certificate"
    case callbackPrivateKey = "callback_private_key"
    case statusFrequency = "status_frequency"
    case pollInterval = "poll_interval"
    case streamSilence = "stream_silence"
    case automaticReplyPoll = "automatic_reply_poll"
    case concurrency
    case requestTimeout = "request_timeout"

    static let table = "[[connector]]"

    var isForLater: Bool {
        switch self {
        case .autodiscover, .pinnedPublicKey: true
        default: false
        }
    }

    func isIdle(_ value: TOMLValue) -> Bool {
        // The default may stand where nobody listens.
        if self == .callbackListen, case .string(ListenAddress.callback.description) = value { return true }
        return value.isEmpty
    }
}

extension ConnectorOptions {
    /// A connector of the file, or `nil` where something that it cannot do without is wrong or missing.
    ///
    /// Nothing is given up before every key was read, so that all mistakes are noted: until then, what is missing
    /// stands empty.
    /// - Parameters:
    ///   - name: the key `name` as it was read.
    ///   - mailDomains: the key `mail_domains` as it was read.
    ///   - listeners: where the connectors before this one wait for Exchange.
    init?(
        _ reader: TableReader<ConnectorKey>,
        name: String?,
        mailDomains: [String],
        environment: ConfigurationEnvironment,
        listeners: inout CallbackListeners
    ) {
        reader.require(.server, .username)
        let server = reader.text(.server, ServerAddress.ewsURL)?.value
        let username = reader.text(.username) { (text) throws(Objection) in
            try Self.username(text, hasDomain: reader.has(.domain))
        }?.value
        let password = SecretKeys.password.read(reader, environment) { (source) throws(Objection) in
            if let flaw = environment.passwordFlaw(source) { throw flaw.objection }
        }
        self.init(name: name ?? "", ewsURL: server ?? "", username: username ?? "", password: password ?? .file(""))
        isEnabled = reader.boolean(.enabled) ?? isEnabled
        domain = reader.text(.domain, Self.windowsDomain)?.value
        accountAddress = reader.text(.accountAddress, UserText.mailbox)?.value
        authentication = reader.choice(.authentication, later: []) ?? authentication
        access = reader.choice(.access) ?? access
        caFile = reader.text(.caFile, environment.file)?.value
        self.mailDomains = mailDomains
        details = reader.choice(.details, later: ["subject"]) ?? details
        let notification: Notification? = reader.has(.notification) ? reader.choice(.notification) : .auto
        self.notification = notification ?? self.notification
        callback = CallbackOptions.read(reader, for: notification, environment: environment, listeners: &listeners)
        pollInterval = reader.duration(.pollInterval, in: 1...86_400) ?? pollInterval
        streamSilence = reader.duration(.streamSilence, in: 1...3_600) ?? streamSilence
        automaticReplyPoll = reader.durationOrNever(.automaticReplyPoll, in: 10...86_400) ?? automaticReplyPoll
        concurrency = reader.integer(.concurrency, in: 1...27) ?? concurrency
        requestTimeout = reader.duration(.requestTimeout, in: 1...600) ?? requestTimeout
        guard name != nil, server != nil, username != nil, password != nil else { return nil }
    }

    /// The accounts of Exchange are those of a Windows domain, which can be told in three ways.
    private static func username(_ text: String, hasDomain: Bool) throws(Objection) -> String {
        guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Objection("expected a user name")
        }
        // Basic authentication cannot carry it (RFC 7617, 2); it may be followed by a password, so it is not repeated.
        guard !text.contains(":") else { throw Objection("a user name cannot hold a colon") }
        if text.contains("\\") && hasDomain {
            throw Objection("\"\(text)\" already names a domain; leave out one of the two")
        }
        guard hasDomain || text.contains("@") || text.contains("\\") else {
            throw Objection(
                "\"\(text)\" has no domain; write an e-mail address or DOMAIN\\user, or set the key domain",
                diagnosis: "config.username-not-email"
            )
        }
        return text
    }

    private static func windowsDomain(_ text: String) throws(Objection) -> String {
        guard HostText.isName(text) else { throw Objection("\"\(text)\" is no domain") }
        return text
    }
}
