/// Of whom and of what a hook is told.
package struct HookAudience: Hashable, Sendable, Codable {
    /// Patterns of extensions: `*` stands for any number of characters, `?` for one. Empty: all users, also those without.
    package var extensions: [String]
    /// Names of connectors. Empty: all.
    package var connectors: [String]
    /// The presences that are told; at the end of one, what follows is told as `unknown` if it is none of them. Empty:
    /// all.
    package var presences: Set<Presence>

    package init(extensions: [String] = [], connectors: [String] = [], presences: Set<Presence> = []) {
        self.extensions = extensions
        self.connectors = connectors
        self.presences = presences
    }
}

/// A hook as the outbox knows it.
package struct HookRegistration: Hashable, Sendable {
    package var name: String
    /// As ``PresenceHook/target``.
    package var target: String
    /// As ``PresenceHook/manner``.
    package var manner: String
    package var audience: HookAudience

    package init(name: String, target: String, manner: String = "", audience: HookAudience = HookAudience()) {
        self.name = name
        self.target = target
        self.manner = manner
        self.audience = audience
    }

    /// Whether the same receiver is told in the same manner, of whomever.
    package func isSame(as other: HookRegistration) -> Bool {
        (name, target, manner) == (other.name, other.target, other.manner)
    }
}

/// What a hook is told of a change.
package enum HookTelling: Hashable, Sendable {
    case change
    /// That nothing holds any more of what it was told: ``PresenceEvent/takenBack``.
    case takenBack
}
