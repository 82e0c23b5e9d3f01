package import Foundation

/// All that is stored about a mailbox and bears on its presence.
package struct MailboxKnowledge: Hashable, Sendable {
    package var calendar: CalendarKnowledge?
    package var automaticReply: AutomaticReplyKnowledge?
    package var override: PresenceOverride?

    package init(
        calendar: CalendarKnowledge? = nil,
        automaticReply: AutomaticReplyKnowledge? = nil,
        override: PresenceOverride? = nil
    ) {
        self.calendar = calendar
        self.automaticReply = automaticReply
        self.override = override
    }
}

/// What one reading of a calendar told.
package struct CalendarKnowledge: Hashable, Sendable {
    /// Normalized: see ``BusyInterval/normalized(_:within:)``.
    package var intervals: [BusyInterval]
    /// The time the reading speaks of; outside of it nothing is known. Its end is the user's `covered_until`.
    package var covered: TimeWindow
    package var readAt: Date
    /// The connector it came from.
    package var source: String

    package init(intervals: [BusyInterval], covered: TimeWindow, readAt: Date, source: String) {
        self.intervals = intervals
        self.covered = covered
        self.readAt = readAt
        self.source = source
    }
}

/// An automatic reply and when it was read.
package struct AutomaticReplyKnowledge: Hashable, Sendable {
    package var reply: AutomaticReply
    package var readAt: Date

    package init(reply: AutomaticReply, readAt: Date) {
        self.reply = reply
        self.readAt = readAt
    }
}
