import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

@Suite("A ledger that goes over to other rules")
struct LedgerChangeTests {
    @Test("nothing is decided while somebody else writes, and what waited is decided by the new rules")
    func held() async throws {
        let mailbox = try #require(MailboxAddress("anna@example.com"))
        let store = MemoryStore([User(address: mailbox, connector: "hq")])
        let clock = ManualScheduler(now: EngineBench.monday)
        let ledger = PresenceLedger(store: store, hooks: [], rules: PresenceRules(), clock: clock) { _ in }
        let hour = BusyInterval(start: clock.now, end: clock.now + 3_600, busyType: .tentative)
        let reading = MailboxNews.CalendarReading(
            intervals: [hour],
            window: .anchored(at: clock.now, days: 8),
            readAt: clock.now,
            source: "hq"
        )
        let news = MailboxNews(mailbox, calendar: reading, asked: [.calendar: nil, .automaticReply: nil])
        var rules = PresenceRules()
        rules.tentative = .away
        let (began, tell) = AsyncStream.makeStream(of: Task<Void, any Error>.self)
        try await ledger.change(to: rules, for: []) { () async throws(StoreFailure) in
            let task = Task { try await ledger.submit([news]) }
            tell.yield(task)
            // Whatever the ledger would do with it, it would do before it answers this.
            while await ledger.waiting == 0 { await Task.yield() }
            let written = await store.transactions
            if written != 0 { throw StoreFailure(.full, retry: .never) }
        }
        tell.finish()
        for await submission in began { try await submission.value }
        #expect(await store.users[mailbox]?.current?.presence == .away)
    }
}
