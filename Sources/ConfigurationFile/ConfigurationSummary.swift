internal import Availability

extension Configuration {
    /// The configuration in a few lines for a person, as `check-config` prints it. Holds no secret.
    package var summary: [String] {
        var lines = [
            "service: state in \(service.stateDirectory), control socket \(service.controlSocket), "
                + "log level \(service.logLevel.rawValue)",
            "scan: \(scan.lookaheadDays) days ahead, every \(DurationText.text(scan.interval)), "
                + (scan.reconcile.map { "reconciled every \(DurationText.text($0))" } ?? "never reconciled"),
        ]
        if let summary = http.summary { lines.append(summary) }
        lines += connectors.map(\.summary)
        if connectors.isEmpty { lines.append("connectors: none, so no calendar will be read") }
        lines.append(usersSummary)
        lines += groupsSummary
        lines += hooks.map(\.summary)
        if hooks.isEmpty { lines.append("hooks: none, so no telephone system will be told") }
        return lines
    }

    /// How many users there are, and how many of them each connector serves.
    private var usersSummary: String {
        let off = users.count { !$0.isEnabled }
        let counts = connectors.map { connector in
            "\(users.count { $0.connector == connector.name }) through \(connector.name)"
        }
        let details = counts + (off > 0 ? ["\(off) without calendar integration"] : [])
        return "users: \(users.count)" + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }

    /// Where more users come from; who they are only the server knows.
    private var groupsSummary: [String] {
        userGroups.map { group in
            "group \(group.address): its members through \(group.connector), asked for every "
                + DurationText.text(groupRefresh) + (group.isEnabled ? "" : ", without calendar integration")
        }
    }
}

extension HTTPOptions {
    /// `nil` where nobody listens.
    fileprivate var summary: String? {
        guard let listen else { return nil }
        let names = tokens.map { "\($0.name) (\($0.access.rawValue))" }
        let tokens = "the tokens \(names.joined(separator: ", "))"
        let visitors = names.isEmpty ? "everybody on this machine to read" : tokens
        return "http: the control API on \(identity == nil ? "http" : "https")://\(listen) for \(visitors)"
    }
}
