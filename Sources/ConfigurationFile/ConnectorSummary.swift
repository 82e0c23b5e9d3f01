internal import Availability

extension ConnectorOptions {
    /// The connector in a line for a person, as `check-config` prints it. Holds no secret.
    var summary: String {
        var parts = ["connector \(name): \(place) as \(account)"]
        parts += proofs
        parts += ["authentication \(authentication.rawValue)", "access by \(access.rawValue)", changes]
        if pinnedPublicKey != nil { parts.append("the server's public key is pinned") }
        if automaticReplyPoll == nil {
            parts.append("automatic replies read by scans alone")
        } else if ownAddress == nil {
            parts.append("automatic replies read one by one, since account_address is not given")
        }
        if !isEnabled { parts.append("disabled") }
        return parts.joined(separator: ", ")
    }

    private var place: String {
        if let ewsURL { return ewsURL }
        let domain = ownAddress.map { " of \($0.domain)" } ?? ""
        let trusted =
            autodiscoverDomains.isEmpty ? "" : " and trusted at \(autodiscoverDomains.joined(separator: ", "))"
        return "found by Autodiscover\(domain)\(trusted)"
    }

    /// Who logs in.
    private var account: String {
        if let application { return "the application \(application.clientID) of \(application.tenant)" }
        return username.isEmpty ? principal ?? "" : login
    }

    /// What proves it.
    private var proofs: [String] {
        var proofs: [String] = []
        if let password { proofs.append("password from \(password)\(password.reservation)") }
        if let keytab { proofs.append("keytab from \(keytab)\(keytab.reservation)") }
        switch application?.proof {
        case .secret(let source)?: proofs.append("secret from \(source)\(source.reservation)")
        case .certificate(let path, let key)?:
            proofs.append("certificate from \(path) with the key from \(key)\(key.reservation)")
        case nil: break
        }
        if let application { proofs.append("token from \(application.authority) for \(application.scope)") }
        return proofs.isEmpty ? ["ticket of the daemon's user"] : proofs
    }

    /// How it learns of changes.
    private var changes: String {
        let ways = notification.methods.map(\.rawValue)
        guard !ways.isEmpty else { return "no notifications, scans alone find the changes" }
        let callback = callback.map { " to \($0.url) (listening on \($0.listen))" } ?? ""
        return "changes by \(ways.joined(separator: ", else by "))\(callback)"
    }
}

extension PasswordSource {
    /// What a check from outside of the service cannot know.
    fileprivate var reservation: String {
        switch self {
        case .file: ""
        case .credential: " (not looked for: systemd hands it to the service alone)"
        }
    }
}
