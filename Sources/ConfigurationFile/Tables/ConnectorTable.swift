/// The keys of a `[[connector]]`.
enum ConnectorKey: String, TableKey {
    case name
    case enabled
    case server
    case autodiscover
    case autodiscoverDomains = "autodiscover_domains"
    case authentication
    case username
    case domain
    case accountAddress = "account_address"
    case password
    case passwordFile = "password_file"
    case passwordCredential = "password_credential"
    case keytabFile = "keytab_file"
    case keytabCredential = "keytab_credential"
    case principal
    case tenant
    case clientID = "client_id"
    case clientSecret = "client_secret"
    case clientSecretFile = "client_secret_file"
    case clientSecretCredential = "client_secret_credential"
    case clientCertificate = "client_certificate"
    case clientPrivateKeyFile = "client_private_key_file"
    case clientPrivateKeyCredential = "client_private_key_credential"
    case authority
    case scope
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

    func isIdle(_ value: TOMLValue) -> Bool {
        // A default may stand where it has nothing to do.
        switch (self, value) {
        case (.callbackListen, .string(ListenAddress.callback.description)),
            (.authority, .string(ApplicationOptions.defaultAuthority)),
            (.scope, .string(ApplicationOptions.defaultScope)):
            true
        default: value.isEmpty
        }
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
        let login = LoginKeys(reader, environment)
        let place = PlaceKeys(reader, beside: login)
        self.init(name: name ?? "", ewsURL: place.ewsURL, username: login.username ?? "", password: login.password)
        isEnabled = reader.boolean(.enabled) ?? isEnabled
        autodiscoverDomains = place.domains
        domain = login.domain
        accountAddress = login.accountAddress
        keytab = login.keytab
        principal = login.principal
        application = login.application
        authentication = login.authentication ?? authentication
        access = login.access(reader)
        caFile = reader.text(.caFile, environment.authorities)?.value
        if !reader.isIdle(.pinnedPublicKey) {
            pinnedPublicKey = reader.text(.pinnedPublicKey, PublicKeyPin.checked)?.value
        }
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
        guard name != nil, place.isComplete, login.isComplete else { return nil }
    }
}
