import Availability
import Foundation
import Testing

@testable import DaemonApp

@Suite("Those who watch")
struct PresenceFeedTests {
    private func event(_ number: Int, announcement: String? = nil) throws -> PresenceEvent {
        PresenceEvent(
            id: "\(number)",
            user: try #require(MailboxAddress("alice@example.com")),
            phoneExtension: nil,
            current: CurrentPresence(
                presence: .meeting,
                reason: .appointment,
                since: .distantPast,
                until: nil,
                announcement: announcement.map { Announcement(internalText: $0, externalText: $0) },
                sequence: Int64(number)
            ),
            previous: .available,
            freshness: .fresh,
            at: .distantPast
        )
    }

    private func publish(_ numbers: ClosedRange<Int>, to feed: PresenceFeed) throws {
        for number in numbers { feed.publish(try event(number)) }
    }

    /// Everything that is told behind `position`, as a watcher asks for it.
    private func told(_ feed: PresenceFeed, after position: StreamPosition) -> [String]? {
        var (position, ids) = (position, [String]())
        while let page = feed.changes(after: position) {
            if page.isEmpty { return ids }
            ids += page.map(\.id)
            position.number += page.count
        }
        return nil
    }

    @Test("each gets every change from when it began, in order, also those from just before the end")
    func everyChange() async throws {
        let feed = PresenceFeed(run: "a")
        try publish(0...0, to: feed)
        let early = feed.watch()
        try publish(1...1, to: feed)
        let late = feed.watch()
        try publish(2...2, to: feed)
        feed.close()
        #expect(told(feed, after: early.start) == ["1", "2"])
        #expect(told(feed, after: late.start) == ["2"])
        #expect(!early.isResumed)
    }

    @Test("there is a signal at the beginning, one after changes, one at a beat; then none until more happens")
    func signals() async throws {
        let feed = PresenceFeed()
        let watch = feed.watch()
        var signals = watch.signals.makeAsyncIterator()
        #expect(await signals.next() != nil)
        try publish(1...3, to: feed)
        #expect(await signals.next() != nil)
        feed.beat()
        #expect(await signals.next() != nil)
        feed.close()
        #expect(await signals.next() == nil)
    }

    @Test("one that comes back goes on where it was, and gets nothing twice")
    func resumed() throws {
        let feed = PresenceFeed(run: "a")
        try publish(1...5, to: feed)
        let watch = feed.watch(after: StreamPosition("a-3"))
        #expect(watch.isResumed)
        #expect(told(feed, after: watch.start) == ["4", "5"])
        let current = feed.watch(after: StreamPosition("a-5"))
        #expect(current.isResumed)
        #expect(told(feed, after: current.start) == [])
    }

    @Test(
        "one whose place is not known begins anew, at the end of the row",
        arguments: ["b-3", "a-1", "a-6", "a-9999999999999999999", "a--1", "a", "", "-", "a-3-", "\u{0}"]
    )
    func notResumed(id: String) throws {
        let feed = PresenceFeed(run: "a", recent: RecentChanges(mostChanges: 3))
        try publish(1...5, to: feed)
        let watch = feed.watch(after: StreamPosition(id))
        #expect(!watch.isResumed)
        #expect(watch.start == StreamPosition(run: "a", number: 5))
    }

    @Test("one that falls behind what is kept is told so, the others see everything")
    func slow() throws {
        let feed = PresenceFeed(recent: RecentChanges(mostChanges: 3))
        let slow = feed.watch()
        try publish(1...1, to: feed)
        let quick = feed.watch()
        try publish(2...4, to: feed)
        #expect(told(feed, after: slow.start) == nil)
        #expect(told(feed, after: quick.start) == ["2", "3", "4"])
    }

    @Test("one that begins after the end sees the end")
    func afterTheEnd() async throws {
        let feed = PresenceFeed()
        feed.close()
        var signals = feed.watch().signals.makeAsyncIterator()
        #expect(await signals.next() != nil)
        #expect(await signals.next() == nil)
    }

    @Test("two runs of the daemon are told apart")
    func runs() throws {
        let (one, other) = (PresenceFeed(), PresenceFeed())
        #expect(!other.watch(after: one.watch().start).isResumed)
    }

    @Test("what an id says is read back")
    func positions() throws {
        let position = PresenceFeed().watch().start
        #expect(StreamPosition("\(position)") == position)
        #expect(position.number == 0)
    }

    @Test("as many changes are kept as the bound says, whatever came before", arguments: [0, 1, 2, 7, 8, 9, 100, 999])
    func bound(count: Int) throws {
        var recent = RecentChanges(mostChanges: 8)
        for number in 0..<count { recent.append(try event(number + 1)) }
        #expect(recent.last == count)
        let kept = min(count, 8)
        let ids = recent.changes(after: count - kept, limit: 100)?.map(\.id)
        #expect(ids == (count - kept..<count).map { "\($0 + 1)" })
        #expect(recent.hasAll(after: count - kept - 1) == false)
        #expect(recent.hasAll(after: count + 1) == false)
        #expect(recent.changes(after: count - kept, limit: 3)?.count == min(3, kept))
    }

    @Test("long announcements leave room for fewer changes, and one that is longer than all room for none")
    func size() throws {
        var recent = RecentChanges(mostChanges: 100, mostBytes: 10_000)
        let long = String(repeating: "x", count: 1_000)
        for number in 1...100 { recent.append(try event(number, announcement: long)) }
        // Twice 1,000 bytes and 400 for the rest.
        #expect(recent.changes(after: 96, limit: 100)?.count == 4)
        #expect(recent.changes(after: 95, limit: 100) == nil)
        recent.append(try event(101, announcement: String(repeating: long, count: 10)))
        #expect(recent.changes(after: 101, limit: 100)?.isEmpty == true)
        #expect(recent.changes(after: 100, limit: 100) == nil)
        recent.append(try event(102))
        #expect(recent.changes(after: 101, limit: 100)?.map(\.id) == ["102"])
    }
}
