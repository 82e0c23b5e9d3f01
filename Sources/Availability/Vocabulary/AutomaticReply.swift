package import Foundation

/// The automatic reply ("out of office") of a mailbox as its owner set it.
package struct AutomaticReply: Hashable, Sendable {
    /// The raw values are those of the control API and of the database.
    package enum State: String, CaseIterable, Sendable {
        case disabled
        case enabled
        /// Active only within `duration`.
        case scheduled
    }

    package var state: State
    /// Meaningful for `scheduled` alone: servers send a duration in every state.
    package var duration: TimeWindow?
    /// What senders inside the organisation are told; plain text.
    package var internalText: String
    /// What senders outside the organisation are told; plain text.
    package var externalText: String

    package init(state: State, duration: TimeWindow? = nil, internalText: String = "", externalText: String = "") {
        self.state = state
        self.duration = duration
        self.internalText = internalText
        self.externalText = externalText
    }

    /// Whether callers are to be told at `time` that the owner is away.
    package func isActive(at time: Date) -> Bool {
        switch state {
        case .disabled: false
        case .enabled: true
        case .scheduled: duration?.contains(time) ?? false
        }
    }
}
