internal import Availability

/// The keys of a `[[hook]]`.
enum HookKey: String, TableKey {
    case name
    case kind
    case command
    case url
    case secret
    case secretFile = "secret_file"
    case secretCredential = "secret_credential"
    case previousSecret = "previous_secret"
    case previousSecretFile = "previous_secret_file"
    case previousSecretCredential = "previous_secret_credential"
    case server
    case transport
    case presentity
    case authentication
    case username
    case password
    case passwordFile = "password_file"
    case passwordCredential = "password_credential"
    case expires
    case presenceState = "presence_state"
    case deviceState = "device_state"
    case announcement
    case caFile = "ca_file"
    case pinnedPublicKey = "pinned_public_key"
    case timeout
    case concurrency
    case extensions
    case connectors
    case presences
    case resendRate = "resend_rate"
    case resendAfterOutage = "resend_after_outage"

    static let table = "[[hook]]"

    /// The kinds that have a use for the key.
    var kinds: Set<HookOptions.Kind> {
        switch self {
        case .command: [.exec]
        case .url, .previousSecret, .previousSecretFile, .previousSecretCredential, .pinnedPublicKey: [.webhook]
        case .secret, .secretFile, .secretCredential: [.webhook, .asterisk]
        case .presentity, .password, .passwordFile, .passwordCredential, .expires: [.sipPublish]
        case .authentication, .presenceState, .deviceState: [.asterisk]
        case .server, .transport, .username, .announcement: [.sipPublish, .asterisk]
        case .caFile: [.webhook, .sipPublish, .asterisk]
        case .name, .kind, .timeout, .concurrency, .extensions, .connectors, .presences, .resendRate,
            .resendAfterOutage:
            Set(HookOptions.Kind.allCases)
        }
    }
}

extension HookOptions {
    /// All hooks of the file that are right; names are each given once.
    static func all(
        _ readers: [TableReader<HookKey>],
        directory: ConnectorDirectory,
        environment: ConfigurationEnvironment
    ) -> [HookOptions] {
        var names = UniqueTexts()
        return readers.compactMap { reader in
            reader.require(.name)
            let name = reader.text(.name, Name.checked)
            if let name { names.add(name, of: .name, in: reader) }
            let kind: Kind? = reader.has(.kind) ? reader.choice(.kind) : .exec
            let action = kind.flatMap { Action($0, reader, environment) }
            // As with connectors: read everything, then give up.
            var options = HookOptions(name: name?.value ?? "", action: action ?? .exec(command: []))
            options.timeout = reader.duration(.timeout, in: 1...300) ?? options.timeout
            options.concurrency = reader.integer(.concurrency, in: 1...64) ?? kind?.concurrency ?? options.concurrency
            options.audience = HookAudience(reader, directory: directory)
            options.resendRate = reader.integer(.resendRate, in: 1...10_000) ?? options.resendRate
            options.resendAfterOutage =
                reader.durationOrNever(.resendAfterOutage, in: 1...7 * 86_400) ?? options.resendAfterOutage
            return name == nil || action == nil ? nil : options
        }
    }
}

extension HookOptions.Kind {
    /// How many deliveries are under way at once unless the file says otherwise. What is told over one connection can
    /// have more of them than what needs a process or a connection each.
    fileprivate var concurrency: Int {
        switch self {
        case .exec, .webhook: 4
        case .sipPublish, .asterisk: 20
        }
    }
}

extension HookOptions.Action {
    /// `nil` where something that the kind cannot do without is wrong or missing.
    fileprivate init?(
        _ kind: HookOptions.Kind,
        _ reader: TableReader<HookKey>,
        _ environment: ConfigurationEnvironment
    ) {
        for key in HookKey.allCases where !key.kinds.contains(kind) {
            let kinds = HookOptions.Kind.allCases.filter(key.kinds.contains)
            reader.refuse(key, usedOnlyWith: .kind, kinds.map(\.rawValue))
        }
        let action: Self? =
            switch kind {
            case .exec: ExecKeys.command(reader, environment).map { .exec(command: $0) }
            case .webhook: WebhookOptions(reader, environment).map { .webhook($0) }
            case .sipPublish: SIPPublishOptions(reader, environment).map { .sipPublish($0) }
            case .asterisk: AsteriskOptions(reader, environment).map { .asterisk($0) }
            }
        guard let action else { return nil }
        self = action
    }
}
