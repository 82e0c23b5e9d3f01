package import Availability

/// One step of a check and what came of it.
package struct CheckStep: Hashable, Sendable {
    /// In the order in which they are taken; the raw values are those of the JSON.
    package enum Name: String, CaseIterable, Sendable {
        /// The configuration as a whole, or whether what a connector needs of this machine is there.
        case configuration
        /// Autodiscover.
        case search
        /// The host name and its addresses.
        case name
        case tcp
        case tls
        case http
        case ews
        /// The ways to log in that are offered.
        case schemes
        case login
        case version
        case clock
        // Of each user.
        case mailbox
        case calendar
        case impersonation
        case reply = "automatic-reply"
        case subscription
        case callback

        /// Whether it is taken for each user.
        package var isOfUser: Bool { Self.ofUsers.contains(self) }

        static let ofUsers: [Name] = [.mailbox, .calendar, .impersonation, .reply, .subscription, .callback]
        static let ofConnectors: [Name] = allCases.filter { !ofUsers.contains($0) && $0 != .configuration }
    }

    /// What came of it.
    package enum Outcome: Hashable, Sendable {
        case passed
        /// Something is wrong that keeps nothing from working.
        case warned(Diagnosis)
        case failed(Diagnosis)
        /// Not taken; what was seen says why.
        case skipped
    }

    package var connector: String
    package var user: MailboxAddress?
    package var name: Name
    package var outcome: Outcome
    /// In one line; holds no secret.
    package var seen: String
    /// How long it took; `nil` where it took no time of its own.
    package var milliseconds: Int?

    package init(
        connector: String,
        user: MailboxAddress? = nil,
        name: Name,
        outcome: Outcome,
        seen: String,
        milliseconds: Int? = nil
    ) {
        self.connector = connector
        self.user = user
        self.name = name
        self.outcome = outcome
        self.seen = seen
        self.milliseconds = milliseconds
    }
}

/// Is told of each step as soon as it is taken.
package typealias CheckListener = @Sendable (CheckStep) async -> Void
