/// What the receiver of a hook must be told of a user because of another configuration: pure.
package struct AudienceChange: Hashable, Sendable {
    /// That the user shows nothing any more, for the extension it had.
    package var takesBack: Bool
    /// What the user shows, as to one who knows nothing.
    package var introduces: Bool

    /// - Parameters:
    ///   - shown: what the user shows, before and after.
    ///   - old: the audience that the hook had until now, and the user as it was.
    ///   - new: the same from now on; a user who goes, or is disabled, is in nobody's audience.
    package init(
        showing shown: Presence,
        from old: (audience: HookAudience, user: User),
        to new: (audience: HookAudience, user: User)
    ) {
        let wasIncluded = old.user.isEnabled && old.audience.includes(old.user)
        let isIncluded = new.user.isEnabled && new.audience.includes(new.user)
        let isElsewhere = old.user.phoneExtension != new.user.phoneExtension
        let wasTold = wasIncluded && old.audience.wants(shown)
        let isTold = isIncluded && new.audience.wants(shown)
        // Where the hook did not want what is shown, the receiver may still hold it: as the end of what it wanted.
        let mustForget = wasIncluded && (!isIncluded || isElsewhere)
        takesBack = shown != .unknown && (mustForget || wasTold && !isTold)
        introduces = shown != .unknown && isTold && (!wasTold || isElsewhere)
    }
}
