import Availability

/// The newest changes of presence, numbered from 1 on in the order in which they came.
struct RecentChanges: Sendable {
    private let mostChanges: Int
    private let mostBytes: Int
    /// The first ones are no longer counted in; they go all together now and then.
    private var events: [PresenceEvent] = []
    private var expired = 0
    /// The number of the first of `events`.
    private var first = 1
    private var bytes = 0

    /// - Parameters:
    ///   - mostChanges: as many are kept: more than one for each user whom a daemon is made for, since the first scan
    ///     changes all of them.
    ///   - mostBytes: fewer are kept where their announcements are long.
    init(mostChanges: Int = 20_000, mostBytes: Int = 32 << 20) {
        self.mostChanges = mostChanges
        self.mostBytes = mostBytes
    }

    /// The number of the newest change; 0 before the first.
    var last: Int { first + events.count - 1 }

    mutating func append(_ event: PresenceEvent) {
        events.append(event)
        bytes += Self.size(of: event)
        while events.count - expired > mostChanges || bytes > mostBytes, expired < events.count {
            bytes -= Self.size(of: events[expired])
            expired += 1
        }
        // To move what is left is then no more work than it was to append what goes.
        guard expired > events.count / 2 else { return }
        events.removeFirst(expired)
        first += expired
        expired = 0
    }

    /// Whether no change behind `number` is missing.
    func hasAll(after number: Int) -> Bool { (first + expired - 1...last).contains(number) }

    /// The changes behind `number`, oldest first, at most `limit`; `nil` where some of them are gone.
    func changes(after number: Int, limit: Int) -> [PresenceEvent]? {
        guard hasAll(after: number) else { return nil }
        return Array(events.dropFirst(number - first + 1).prefix(limit))
    }

    /// About what an event takes in memory.
    private static func size(of event: PresenceEvent) -> Int {
        let announcement = event.current.announcement
        return 400 + (announcement?.internalText.utf8.count ?? 0) + (announcement?.externalText.utf8.count ?? 0)
    }
}
