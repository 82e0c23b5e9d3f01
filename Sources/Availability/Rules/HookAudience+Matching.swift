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

    /// What the hook is told of this change; `nil` where it is told nothing. Of what it wants to know, the change; of what
    /// ends that, that it is taken back: a receiver that shows states must not go on showing what it is never told the
    /// end of.
    package func telling(of event: PresenceEvent, of user: User) -> HookTelling? {
        guard includes(user) else { return nil }
        if wants(event.current.presence) { return .change }
        return wants(event.previous) ? .takenBack : nil
    }
}

extension Sequence<HookRegistration> {
    /// Those that are told of a change of this user, by name.
    package func told(of event: PresenceEvent, of user: User) -> [String: HookTelling] {
        var told: [String: HookTelling] = [:]
        for hook in self { told[hook.name] = hook.audience.telling(of: event, of: user) }
        return told
    }
}
