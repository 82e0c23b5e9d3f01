import AsteriskMessages
import Availability

/// What Asterisk is told of an event: a pure function of it and of the configuration.
package struct StateTelling: Hashable, Sendable {
    /// Which of the two texts of an absence Asterisk is told.
    package enum Audience: Hashable, Sendable {
        case colleagues, callers
    }

    /// Such as `CustomPresence:{extension}`; `nil` where no presence state is set.
    package var presenceState: String?
    /// Such as `Custom:{extension}`; `nil` where no device state is set.
    package var deviceState: String?
    /// `nil` where the text is nobody's business.
    package var audience: Audience?

    package init(presenceState: String?, deviceState: String?, audience: Audience?) {
        self.presenceState = presenceState
        self.deviceState = deviceState
        self.audience = audience
    }

    /// What tells two of them apart.
    var manner: String {
        [presenceState ?? "", deviceState ?? "", audience.map { "\($0)" } ?? ""].joined(separator: " ")
    }

    /// What is to be asked of Asterisk, in this order.
    func actions(for event: PresenceEvent) throws(StateName.Fault) -> [ManagerAction] {
        var actions: [ManagerAction] = []
        if let presenceState {
            let name = try name(presenceState, "CustomPresence:", of: event)
            actions.append(.setvar(PresenceState.variable(name), to: presence(event.current).text))
        }
        if let deviceState {
            let name = try name(deviceState, "Custom:", of: event)
            actions.append(.setvar(DeviceState.variable(name), to: device(event.current.presence).rawValue))
        }
        return actions
    }

    private func name(
        _ template: String,
        _ prefix: String,
        of event: PresenceEvent
    ) throws(StateName.Fault) -> StateName {
        try StateName(
            template: template,
            prefix: prefix,
            phoneExtension: event.phoneExtension,
            user: String(event.user.text.prefix { $0 != "@" }),
            domain: String(event.user.domain)
        )
    }

    private func presence(_ current: CurrentPresence) -> PresenceState {
        let message = current.announcement.flatMap { announcement in
            audience.map { $0 == .callers ? announcement.externalText : announcement.internalText }
        }
        return switch (current.presence, current.reason) {
        case (.unknown, _): PresenceState(.notSet)
        case (.available, _): PresenceState(.available)
        case (.meeting, _): PresenceState(.doNotDisturb, subtype: "meeting", message: message ?? "")
        case (.away, .automaticReply):
            PresenceState(.extendedAway, subtype: "automatic reply", message: message ?? "")
        case (.away, _): PresenceState(.away, subtype: "out of office", message: message ?? "")
        }
    }

    /// Of both who is in a meeting and who is away: a lamp knows no more than whether to call, and one that is
    /// UNAVAILABLE looks on many phones as one that is idle (ADR 0016).
    private func device(_ presence: Presence) -> DeviceState {
        switch presence {
        case .unknown: .unknown
        case .available: .notInUse
        case .meeting, .away: .busy
        }
    }
}
