import Availability
import Foundation

// What an answer means for the ledger and for those who count readings.

extension MailboxNews {
    init(
        _ mailbox: MailboxAddress,
        reading: BusyTimesReading,
        window: TimeWindow,
        readAt: Date,
        source: String
    ) {
        switch reading {
        case .success(let intervals):
            let calendar = CalendarReading(intervals: intervals, window: window, readAt: readAt, source: source)
            self.init(mailbox, calendar: calendar, asked: [.calendar: nil])
        case .failure(let failure):
            let noted = StoredFailure(failure.diagnosis, at: readAt, part: .calendar)
            self.init(mailbox, asked: [.calendar: noted])
        }
    }

    init(_ mailbox: MailboxAddress, reading: AutomaticReplyReading, readAt: Date) {
        switch reading {
        case .success(let reply):
            let knowledge = AutomaticReplyKnowledge(reply: reply, readAt: readAt.wholeSecond)
            self.init(mailbox, automaticReply: knowledge, asked: [.automaticReply: nil])
        case .failure(let failure):
            let noted = StoredFailure(failure.diagnosis, at: readAt, part: .automaticReply)
            self.init(mailbox, asked: [.automaticReply: noted])
        }
    }
}

extension ReadingOutcome {
    init(_ entry: ReadQueue.Entry, calendar reading: BusyTimesReading, coveredUntil: Date) {
        self.init(entry.mailbox, part: .calendar, order: entry.order)
        switch reading {
        case .success: self.coveredUntil = coveredUntil
        case .failure(let failure): self.failure = failure
        }
    }

    init(_ entry: ReadQueue.Entry, automaticReply reading: AutomaticReplyReading) {
        self.init(entry.mailbox, part: .automaticReply, order: entry.order)
        switch reading {
        case .success(let reply): automaticReply = reply
        case .failure(let failure): self.failure = failure
        }
    }
}
