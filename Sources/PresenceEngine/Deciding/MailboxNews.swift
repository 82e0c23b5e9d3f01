package import Availability
package import Foundation

/// What is new of one mailbox: told by a source, by a person, or by the clock alone.
package struct MailboxNews: Sendable {
    /// A reading of the calendar: the intervals as the server sent them.
    package struct CalendarReading: Sendable {
        package var intervals: [BusyInterval]
        package var window: TimeWindow
        package var readAt: Date
        package var source: String

        package init(intervals: [BusyInterval], window: TimeWindow, readAt: Date, source: String) {
            self.intervals = intervals
            self.window = window
            self.readAt = readAt
            self.source = source
        }
    }

    package var mailbox: MailboxAddress
    package var calendar: CalendarReading?
    package var automaticReply: AutomaticReplyKnowledge?
    /// What a person wants shown.
    package var override: UserUpdate.Override?
    /// The parts that were asked for, with the failure of those that could not be read.
    package var asked: [MailboxPart: StoredFailure?]

    /// With nothing but the address: time has passed.
    package init(
        _ mailbox: MailboxAddress,
        calendar: CalendarReading? = nil,
        automaticReply: AutomaticReplyKnowledge? = nil,
        override: UserUpdate.Override? = nil,
        asked: [MailboxPart: StoredFailure?] = [:]
    ) {
        self.mailbox = mailbox
        self.calendar = calendar
        self.automaticReply = automaticReply
        self.override = override
        self.asked = asked
    }

    /// Whether the clock alone speaks.
    package var isEmpty: Bool { calendar == nil && automaticReply == nil && override == nil && asked.isEmpty }

    /// Takes over what `newer` tells of the same mailbox.
    package mutating func merge(_ newer: MailboxNews) {
        calendar = newer.calendar ?? calendar
        automaticReply = newer.automaticReply ?? automaticReply
        override = newer.override ?? override
        asked.merge(newer.asked) { $1 }
    }
}
