extension WebhookOptions {
    /// The keys of a webhook; `nil` where something that it cannot do without is wrong or missing.
    init?(_ reader: TableReader<HookKey>, _ environment: ConfigurationEnvironment) {
        reader.require(.url)
        let url = reader.text(.url, WebhookAddress.checked)?.value
        let secret = SecretKeys<HookKey>.secret.read(reader, environment, as: .signingKey, isRequired: true)
        let previous = SecretKeys<HookKey>.previousSecret.read(reader, environment, as: .signingKey, isRequired: false)
        let caFile = reader.isIdle(.caFile) ? nil : reader.text(.caFile, environment.authorities)?.value
        let pin = reader.isIdle(.pinnedPublicKey) ? nil : reader.text(.pinnedPublicKey, PublicKeyPin.checked)?.value
        guard let url, let secret else { return nil }
        self.init(url: url, secret: secret)
        previousSecret = previous
        self.caFile = caFile
        pinnedPublicKey = pin
        guard url.hasPrefix("http:") else { return }
        for key in [HookKey.caFile, .pinnedPublicKey] where !reader.isIdle(key) {
            reader.mistakes.note("\(key.rawValue): http has no certificate; leave it out", at: reader.place(of: key))
        }
    }
}
