extension HookAudience {
    /// Whether the hook is told of such a user at all. One without an extension matches no pattern.
    package func includes(phoneExtension: String?, connector: String) -> Bool {
        guard connectors.isEmpty || connectors.contains(connector) else { return false }
        guard !extensions.isEmpty else { return true }
        guard let phoneExtension else { return false }
        return extensions.contains { WildcardPattern($0).matches(phoneExtension) }
    }

    /// Whether the hook is told of this user at all.
    package func includes(_ user: User) -> Bool {
        includes(phoneExtension: user.phoneExtension, connector: user.connector)
    }

    /// Whether the hook is told that somebody of its audience shows this.
    package func wants(_ presence: Presence) -> Bool {
        presences.isEmpty || presences.contains(presence)
    }

    /// Whether the hook is told of this change: of what it wants to know, and of its end, whatever follows.
    package func wants(_ event: PresenceEvent, of user: User) -> Bool {
        (wants(event.current.presence) || wants(event.previous)) && includes(user)
    }
}

extension Sequence<HookRegistration> {
    /// The names of those that are told of a change of this user.
    package func told(of event: PresenceEvent, of user: User) -> [String] {
        compactMap { $0.audience.wants(event, of: user) ? $0.name : nil }
    }
}
