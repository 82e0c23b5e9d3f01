package import Foundation

/// The automatic reply as its owner set it
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/oofsettings>).
package struct UserOofSettings: Hashable, Sendable {
    /// Whether it is on
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/oofstate>).
    package enum OofState: String, CaseIterable, Hashable, Sendable {
        case disabled = "Disabled"
        case enabled = "Enabled"
        /// Active only within `duration`.
        case scheduled = "Scheduled"
    }

    /// Who outside the organisation gets a reply
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/externalaudience>).
    package enum ExternalAudience: String, CaseIterable, Hashable, Sendable {
        case none = "None"
        case known = "Known"
        case all = "All"
    }

    package var oofState: OofState
    package var externalAudience: ExternalAudience
    /// Meaningful for `scheduled` alone: servers send one in every state. Times without a zone are UTC.
    package var duration: Duration?
    /// As sent, mostly HTML; see `ReplyText`.
    package var internalReply: String
    /// As `internalReply`.
    package var externalReply: String

    package init(
        oofState: OofState,
        externalAudience: ExternalAudience = .none,
        duration: Duration? = nil,
        internalReply: String = "",
        externalReply: String = ""
    ) {
        self.oofState = oofState
        self.externalAudience = externalAudience
        self.duration = duration
        self.internalReply = internalReply
        self.externalReply = externalReply
    }
}

/// A span of time (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/duration-useroofsettings>).
/// Nothing keeps its end from lying before its start.
package struct Duration: Hashable, Sendable {
    package var startTime: Date
    package var endTime: Date

    package init(startTime: Date, endTime: Date) {
        self.startTime = startTime
        self.endTime = endTime
    }
}
