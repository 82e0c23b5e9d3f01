package import Availability
package import Foundation

/// A table `[[hook]]`: one way to tell a telephone system.
package struct HookOptions: Hashable, Sendable {
    /// What the hook does with an event.
    package enum Action: Hashable, Sendable {
        /// Runs a program with its arguments; no shell is involved.
        case exec(command: [String])
        case webhook(WebhookOptions)
        case sipPublish(SIPPublishOptions)
        case asterisk(AsteriskOptions)
    }

    /// The words of the key `kind`.
    package enum Kind: String, CaseIterable, Sendable {
        case exec
        case webhook
        case sipPublish = "sip-publish"
        case asterisk = "asterisk-ami"
    }

    package var name: String
    package var action: Action
    /// How long one delivery may take, in seconds.
    package var timeout: TimeInterval = 10
    /// How many deliveries, each for another user, may be under way at once.
    package var concurrency = 4
    /// Of whom and of what it is told.
    package var audience = HookAudience()
    /// How many users a second it is told of when the whole state is sent once more.
    package var resendRate = 100
    /// Seconds that the receiver must have been out of reach for the whole state to be sent afterwards; `nil` for never.
    package var resendAfterOutage: TimeInterval? = 60

    package init(name: String, action: Action) {
        self.name = name
        self.action = action
    }

    /// What `kind` said.
    package var kind: Kind {
        switch action {
        case .exec: .exec
        case .webhook: .webhook
        case .sipPublish: .sipPublish
        case .asterisk: .asterisk
        }
    }
}

/// What callers and colleagues are shown of an absence.
package enum AnnouncementChoice: String, CaseIterable, Sendable {
    case `internal`
    case external
    /// Nothing: it is nobody's business.
    case none
}
