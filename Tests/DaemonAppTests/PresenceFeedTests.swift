import Availability
import Foundation
import Testing

@testable import DaemonApp

@Suite("Those who watch")
struct PresenceFeedTests {
    private func event(_ number: Int) throws -> PresenceEvent {
        PresenceEvent(
            id: "\(number)",
            user: try #require(MailboxAddress("alice@example.com")),
            phoneExtension: nil,
            current: CurrentPresence(
                presence: .meeting,
                reason: .appointment,
                since: .distantPast,
                until: nil,
                announcement: nil,
                sequence: Int64(number)
            ),
            previous: .available,
            freshness: .fresh,
            at: .distantPast
        )
    }

    @Test("each gets every change from when it began, in order, until the feed is closed")
    func everyChange() async throws {
        let feed = PresenceFeed()
        feed.publish(try event(0))
        let early = feed.watch()
        feed.publish(try event(1))
        let late = feed.watch()
        feed.publish(try event(2))
        feed.close()
        #expect(await ids(early) == ["1", "2"])
        #expect(await ids(late) == ["2"])
    }

    @Test("one that falls too far behind is let go, the others see everything")
    func slow() async throws {
        let feed = PresenceFeed(longestQueue: 3)
        let slow = feed.watch()
        for number in 1...4 { feed.publish(try event(number)) }
        let quick = feed.watch()
        feed.publish(try event(5))
        feed.close()
        #expect(await ids(slow) == ["1", "2", "3"])
        #expect(await ids(quick) == ["5"])
    }

    @Test("one that begins after the end sees an end")
    func afterTheEnd() async throws {
        let feed = PresenceFeed()
        feed.close()
        #expect(await ids(feed.watch()).isEmpty)
    }

    @Test("each hears a beat, so that one that is gone is noticed")
    func beat() async throws {
        let feed = PresenceFeed()
        let watcher = feed.watch()
        feed.beat()
        feed.publish(try event(1))
        feed.close()
        #expect(await ids(watcher) == ["quiet", "1"])
    }

    private func ids(_ items: AsyncStream<PresenceFeed.Item>) async -> [String] {
        await items.reduce(into: []) { ids, item in
            if case .change(let event) = item { ids.append(event.id) } else { ids.append("quiet") }
        }
    }
}
