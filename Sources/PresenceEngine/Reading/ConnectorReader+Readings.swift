import Availability

/// The two kinds of readings: what is asked, what is written, and who is told.
extension ConnectorReader {
    func readCalendars(of batch: [ReadQueue.Entry]) async {
        let now = scheduler.now
        let window = TimeWindow.anchored(at: now, days: daysAhead)
        do {
            let readings = try await source.readBusyTimes(of: batch.map(\.mailbox), within: window)
            calendarRequestsUnderWay -= 1
            await answered()
            let wanted = zip(batch, readings).filter { isWanted($0.0, calendars) }
            try await ledger.submit(
                wanted.map { entry, reading in
                    MailboxNews(entry.mailbox, reading: reading, window: window, readAt: now, source: source.name)
                }
            )
            calendars.finish(batch)
            await observer.ended(
                wanted.map { .init($0, calendar: $1, coveredUntil: window.end) },
                connector: source.name
            )
        } catch let error as SourceFailure {
            calendarRequestsUnderWay -= 1
            calendars.putBack(batch)
            await failed(error, orders: batch)
        } catch let error as StoreFailure {
            calendars.putBack(batch)
            await failed(SourceFailure(error.diagnosis, retry: .later), orders: batch)
        } catch {
            assertionFailure("the source and the ledger throw nothing else")
        }
    }

    func readReply(of entry: ReadQueue.Entry) async {
        do {
            let reading = try await source.readAutomaticReply(of: entry.mailbox)
            await answered()
            guard isWanted(entry, replies) else { return replies.finish([entry]) }
            try await ledger.submit([MailboxNews(entry.mailbox, reading: reading, readAt: scheduler.now)])
            replies.finish([entry])
            await observer.ended([.init(entry, automaticReply: reading)], connector: source.name)
        } catch let error as SourceFailure {
            replies.putBack([entry])
            await failed(error, orders: [entry])
        } catch let error as StoreFailure {
            replies.putBack([entry])
            await failed(SourceFailure(error.diagnosis, retry: .later), orders: [entry])
        } catch {
            assertionFailure("the source and the ledger throw nothing else")
        }
    }

    /// An answer that comes after somebody else took over must not take the place of a newer one.
    private func isWanted(_ entry: ReadQueue.Entry, _ queue: ReadQueue) -> Bool {
        !isStopped && queue.isWanted(entry.mailbox)
    }
}
