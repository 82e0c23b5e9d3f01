import Availability
import Foundation

/// What is known in memory of the publications of a hook: tags and times, and of what was published only a mark.
struct PublicationBook: Sendable {
    typealias Key = Publication.Key

    struct Entry: Hashable, Sendable {
        var entityTag: String
        var expiresAt: Date
        var refreshAt: Date
        /// Tells whether another document is the one that was published. `nil` after a start, when nobody has compared.
        var documentMark: Int?
        /// Whether the server has answered to this tag, or given it, since the start.
        var isConfirmed: Bool
    }

    private var entries: [Key: Entry] = [:]
    private var presentities: [MailboxAddress: [String]] = [:]
    /// Publications on their way to the server: one request at a time for each, or its tags get out of order.
    private(set) var busy: Set<Key> = []
    /// No refresh is due before this time, so that most of the time nobody has to look at all.
    private var quietUntil = Date.distantFuture
    /// What is due, last first, from the last time that somebody looked at all.
    private var ready: [Key] = []

    subscript(key: Key) -> Entry? { entries[key] }

    var count: Int { entries.count }

    /// Those of a user: one, and another where the extension or the form of the URI has changed.
    func keys(of user: MailboxAddress, hook: String) -> [Key] {
        presentities[user, default: []].map { Key(hook: hook, user: user, presentity: $0) }
    }

    mutating func set(_ entry: Entry?, for key: Key) {
        let isNew = entries[key] == nil
        entries[key] = entry
        if let entry {
            if isNew { presentities[key.user, default: []].append(key.presentity) }
            quietUntil = min(quietUntil, entry.refreshAt)
        } else {
            presentities[key.user]?.removeAll { $0 == key.presentity }
            if presentities[key.user]?.isEmpty == true { presentities[key.user] = nil }
        }
    }

    /// - Returns: whether nobody else has it on its way.
    mutating func begin(_ key: Key) -> Bool { busy.insert(key).inserted }

    mutating func end(_ key: Key) {
        busy.remove(key)
        if let entry = entries[key] { quietUntil = min(quietUntil, entry.refreshAt) }
    }

    /// Those to be refreshed now and on nobody's way, longest due first, at most `limit`.
    mutating func due(at now: Date, limit: Int) -> [Key] {
        var due: [Key] = []
        while due.count < limit {
            if ready.isEmpty, quietUntil <= now { look(at: now) }
            guard let key = ready.popLast() else { break }
            guard let entry = entries[key], entry.refreshAt <= now, !busy.contains(key) else { continue }
            due.append(key)
        }
        return due
    }

    /// All are looked at once for many that are due, and not once for each.
    private mutating func look(at now: Date) {
        quietUntil = .distantFuture
        var due: [(key: Key, time: Date)] = []
        for (key, entry) in entries where !busy.contains(key) {
            if entry.refreshAt <= now {
                due.append((key, entry.refreshAt))
            } else {
                quietUntil = min(quietUntil, entry.refreshAt)
            }
        }
        ready = due.sorted { $0.time > $1.time }.map(\.key)
    }

    /// When the next refresh is due, at the earliest; `nil` where nothing is published.
    var nextDue: Date? { entries.isEmpty ? nil : ready.isEmpty ? quietUntil : .distantPast }

    /// Has `count` publications refreshed at once that were not heard of for longest.
    mutating func hurry(_ count: Int, now: Date) {
        let idle = entries.filter { !busy.contains($0.key) && $0.value.refreshAt > now }
        for (key, _) in idle.sorted(by: { $0.value.expiresAt < $1.value.expiresAt }).prefix(count) {
            postpone(key, until: now)
        }
    }

    /// Has a publication refreshed at this time.
    mutating func postpone(_ key: Key, until time: Date) {
        entries[key]?.refreshAt = time
        quietUntil = min(quietUntil, time)
    }
}
