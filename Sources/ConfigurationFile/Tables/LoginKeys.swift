internal import Availability

/// Who a connector logs in as, and what proves it: the keys of a `[[connector]]` of which each belongs to some ways of
/// `authentication` and not to others.
struct LoginKeys {
    typealias Authentication = ConnectorOptions.Authentication

    /// `nil` where it could not be read. Then nobody can tell what belongs to it, and only the values of keys are checked.
    let authentication: Authentication?
    let username: String?
    let domain: String?
    let accountAddress: MailboxAddress?
    let password: PasswordSource?
    let keytab: PasswordSource?
    let principal: String?
    let application: ApplicationOptions?
    /// Whether nothing is missing that the login cannot do without.
    let isComplete: Bool

    init(_ reader: TableReader<ConnectorKey>, _ environment: ConfigurationEnvironment) {
        let authentication = Self.authentication(reader)
        self.authentication = authentication
        let ways = authentication.map { [$0] } ?? Authentication.allCases
        func has(_ key: ConnectorKey) -> Bool { !key.ways.isDisjoint(with: ways) }
        if let authentication { Self.refuseOthers(than: authentication, reader) }
        accountAddress = reader.text(.accountAddress, UserText.mailbox)?.value
        username =
            has(.username)
            ? reader.text(.username) { (text) throws(Objection) in
                try AccountText.username(text, hasDomain: reader.has(.domain))
            }?.value : nil
        domain = has(.domain) ? reader.text(.domain, AccountText.windowsDomain)?.value : nil
        principal =
            has(.principal) && !reader.isIdle(.principal)
            ? reader.text(.principal, AccountText.principal)?.value : nil
        keytab = has(.keytabFile) ? SecretKeys.keytab.read(reader, environment, as: .keytab, isRequired: false) : nil
        let hasKeytab = has(.keytabFile) && SecretKeys.keytab.isGiven(in: reader)
        password =
            has(.passwordFile)
            ? SecretKeys.password.read(
                reader,
                environment,
                as: .password,
                isRequired: authentication?.takesPassword == true && !hasKeytab
            ) : nil
        application =
            has(.tenant) ? ApplicationOptions.read(reader, environment, isWanted: authentication == .oauth2) : nil

        switch authentication {
        case nil: isComplete = false
        case .oauth2: isComplete = application != nil
        case .negotiate:
            reader.requireOne(of: [.username, .principal])
            isComplete = (username ?? principal) != nil && (keytab != nil) == hasKeytab
        case .auto, .basic, .ntlm:
            reader.require(.username)
            let hasPassword = SecretKeys.password.isGiven(in: reader)
            isComplete = username != nil && (password != nil) == hasPassword && (password ?? keytab) != nil
        }
    }

    /// By which right it reads other people's mailboxes.
    func access(_ reader: TableReader<ConnectorKey>) -> ConnectorOptions.Access {
        let access: ConnectorOptions.Access? = reader.choice(.access)
        if access == .delegate, authentication == .oauth2 {
            reader.mistakes.note(
                "access: nobody can share a calendar with an application; with authentication = \"oauth2\" it is "
                    + "\"impersonation\"",
                at: reader.place(of: .access)
            )
        }
        return access ?? .impersonation
    }

    private static func authentication(_ reader: TableReader<ConnectorKey>) -> Authentication? {
        guard !reader.has(.authentication) else { return reader.choice(.authentication) }
        // Whoever registered an application does not want `auto`, and would only be told what that lacks.
        let ofApplication = [ConnectorKey.tenant, .clientID].filter { !reader.isIdle($0) }
        guard let first = ofApplication.map(reader.place(of:)).min() else { return .auto }
        reader.mistakes.note(
            "\(ofApplication.map(\.rawValue).joined(separator: " and ")) "
                + "\(ofApplication.count == 1 ? "belongs" : "belong") to authentication = \"oauth2\", which is not set",
            at: first
        )
        return nil
    }

    private static func refuseOthers(than authentication: Authentication, _ reader: TableReader<ConnectorKey>) {
        for key in ConnectorKey.allCases where !key.ways.contains(authentication) {
            let ways = Authentication.allCases.filter(key.ways.contains)
            reader.refuse(key, usedOnlyWith: .authentication, ways.map(\.rawValue))
        }
    }
}

extension ConnectorKey {
    /// The ways of logging in that have a use for the key.
    fileprivate var ways: Set<ConnectorOptions.Authentication> {
        switch self {
        case .username, .domain: [.auto, .basic, .ntlm, .negotiate]
        case .password, .passwordFile, .passwordCredential: [.auto, .basic, .ntlm]
        case .keytabFile, .keytabCredential, .principal: [.auto, .negotiate]
        case .tenant, .clientID, .clientSecret, .clientSecretFile, .clientSecretCredential, .clientCertificate,
            .clientPrivateKeyFile, .clientPrivateKeyCredential, .authority, .scope:
            [.oauth2]
        default: Set(ConnectorOptions.Authentication.allCases)
        }
    }
}
