internal import Availability

extension HookOptions {
    /// The hook in a line for a person. Holds no secret.
    var summary: String {
        "hook \(name): \(deed), for \(audience.summary), at most \(concurrency) at once, \(DurationText.text(timeout)) each"
    }

    private var deed: String {
        switch action {
        case .exec(let command): "runs \(command.first ?? "")"
        case .webhook(let options): "posts to \(options.shownURL)" + (options.isChangingKeys ? " with two keys" : "")
        case .sipPublish(let options): options.deed
        case .asterisk(let options): options.deed
        }
    }
}

extension WebhookOptions {
    fileprivate var isChangingKeys: Bool { previousSecret != nil }

    /// Without its query, in which some services have a token.
    package var shownURL: String {
        url.firstIndex(of: "?").map { "\(url[..<$0])?…" } ?? url
    }
}

extension SIPPublishOptions {
    fileprivate var deed: String {
        let place = Self.place(host, port) + (transport.map { " over \($0.rawValue)" } ?? "")
        let login = username.map { " as \($0)" } ?? ""
        return "publishes \(presentity) at \(place)\(login), renewed within \(DurationText.text(expires)), "
            + announcement.summary
    }

    private static func place(_ host: String, _ port: UInt16?) -> String {
        guard let port else { return host }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension AsteriskOptions {
    fileprivate var deed: String {
        let states = [presenceState, deviceState].compactMap(\.self).joined(separator: " and ")
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        return "sets \(states) of Asterisk at \(place) over \(transport.rawValue) as \(username), "
            + announcement.summary
    }
}

extension AnnouncementChoice {
    fileprivate var summary: String {
        switch self {
        case .internal: "with the announcement for colleagues"
        case .external: "with the announcement for callers"
        case .none: "without announcements"
        }
    }
}

extension HookAudience {
    fileprivate var summary: String {
        let whose = extensions.isEmpty ? "all users" : "extensions \(extensions.joined(separator: " "))"
        let connectors = connectors.isEmpty ? "" : " through \(connectors.joined(separator: " and "))"
        let states = Presence.allCases.filter(presences.contains).map(\.rawValue)
        return whose + connectors + (states.isEmpty ? "" : " when \(states.joined(separator: " or "))")
    }
}
