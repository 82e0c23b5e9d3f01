extension AsteriskOptions {
    /// The keys of `asterisk-ami`; `nil` where something that it cannot do without is wrong or missing.
    init?(_ reader: TableReader<HookKey>, _ environment: ConfigurationEnvironment) {
        reader.require(.server)
        let server = reader.text(.server) { (text) throws(Objection) in
            try HostAddress(text, model: "pbx.example.com or 192.0.2.5:5038")
        }?.value
        let transport: Transport = reader.choice(.transport) ?? .tcp
        let authentication: Authentication = reader.choice(.authentication) ?? .md5
        let login = HookLogin(reader, .secret, environment, isRequired: true)
        let caFile = reader.isIdle(.caFile) ? nil : reader.text(.caFile, environment.authorities)?.value
        if transport != .tls { reader.refuse(.caFile, usedOnlyWith: .transport, [Transport.tls.rawValue]) }
        if let server, authentication == .plain, transport == .tcp, !server.isLoopback {
            reader.mistakes.note(
                "authentication: \"plain\" would send the secret unprotected; use \"md5\", or transport = \"tls\"",
                at: reader.place(of: .authentication)
            )
        }
        let presenceState = Self.state(.presenceState, "CustomPresence", reader)
        let deviceState = Self.state(.deviceState, "Custom", reader)
        if reader.has(.presenceState), reader.has(.deviceState), reader.isIdle(.presenceState),
            reader.isIdle(.deviceState)
        {
            reader.mistakes.note(
                "presence_state and device_state are both switched off: there would be nothing to set",
                at: reader.place(of: .presenceState)
            )
        }
        let announcement: AnnouncementChoice? = reader.choice(.announcement)
        guard let server, let login else { return nil }
        let port: UInt16 = server.port ?? (transport == .tls ? 5_039 : 5_038)
        self.init(host: server.host, port: port, username: login.username, secret: login.secret)
        self.transport = transport
        self.authentication = authentication
        self.presenceState = presenceState
        self.deviceState = deviceState
        self.announcement = announcement ?? self.announcement
        self.caFile = caFile
    }

    /// The name of a state; `nil` where it is switched off, or wrong.
    private static func state(_ key: HookKey, _ provider: String, _ reader: TableReader<HookKey>) -> String? {
        guard reader.has(key) else { return "\(provider):{extension}" }
        guard !reader.isIdle(key) else { return nil }
        return reader.text(key) { (text) throws(Objection) in try UserTemplate.state(text, of: provider) }?.value
    }
}
