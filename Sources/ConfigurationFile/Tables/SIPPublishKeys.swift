extension SIPPublishOptions {
    /// The keys of `sip-publish`; `nil` where something that it cannot do without is wrong or missing.
    init?(_ reader: TableReader<HookKey>, _ environment: ConfigurationEnvironment) {
        reader.require(.server, .presentity)
        let server = reader.text(.server) { (text) throws(Objection) in
            try HostAddress(text, model: "pbx.example.com or 192.0.2.5:5060")
        }?.value
        let transport: Transport? = reader.choice(.transport)
        let presentity = reader.text(.presentity, UserTemplate.presentity)?.value
        if let presentity, presentity.hasPrefix("sips:"), transport != .tls {
            let message = "presentity: sips: needs transport = \"tls\"; write sip: without it"
            reader.mistakes.note(message, at: reader.place(of: .presentity))
        }
        let login = HookLogin(reader, .password, environment, isRequired: false)
        let caFile = reader.isIdle(.caFile) ? nil : reader.text(.caFile, environment.authorities)?.value
        if let transport, transport != .tls {
            reader.refuse(.caFile, usedOnlyWith: .transport, [Transport.tls.rawValue])
        }
        let expires = reader.duration(.expires, in: 60...86_400)
        let announcement: AnnouncementChoice? = reader.choice(.announcement)
        guard let server, let presentity else { return nil }
        self.init(host: server.host, presentity: presentity)
        port = server.port
        self.transport = transport
        username = login?.username
        password = login?.secret
        self.expires = expires ?? self.expires
        self.announcement = announcement ?? self.announcement
        self.caFile = caFile
    }
}
