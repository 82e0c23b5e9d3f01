package import Foundation

/// Deadlines by key, each key once, the earliest at hand: a binary heap with an index, log n to set, move or cancel.
package struct DeadlineHeap<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        var time: Date
        var key: Key
    }

    private var entries: [Entry] = []
    private var places: [Key: Int] = [:]

    package init() {}

    package var count: Int { entries.count }

    /// The earliest deadline.
    package var earliest: Date? { entries.first?.time }

    /// When `key` is due; `nil` where it has no deadline.
    package func deadline(of key: Key) -> Date? { places[key].map { entries[$0].time } }

    /// Gives `key` this deadline and no other; `nil` takes its deadline away.
    package mutating func set(_ key: Key, at time: Date?) {
        guard let time else { return remove(key) }
        if let place = places[key] {
            entries[place].time = time
            sink(rise(place))
        } else {
            entries.append(Entry(time: time, key: key))
            places[key] = entries.count - 1
            rise(entries.count - 1)
        }
    }

    /// Takes out all keys that are due at `now`, earliest first.
    package mutating func popDue(at now: Date) -> [Key] {
        var due: [Key] = []
        while let key = popNext(at: now) { due.append(key) }
        return due
    }

    /// Takes out the earliest key, if it is due at `now`.
    package mutating func popNext(at now: Date) -> Key? {
        guard let first = entries.first, first.time <= now else { return nil }
        remove(first.key)
        return first.key
    }

    private mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        places[last.key] = place
        sink(rise(place))
    }

    @discardableResult
    private mutating func rise(_ start: Int) -> Int {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard entries[place].time < entries[parent].time else { break }
            exchange(place, parent)
            place = parent
        }
        return place
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            let children = (2 * place + 1)...(2 * place + 2)
            let smallest = children.filter { $0 < entries.count }.min { entries[$0].time < entries[$1].time }
            guard let smallest, entries[smallest].time < entries[place].time else { return }
            exchange(place, smallest)
            place = smallest
        }
    }

    private mutating func exchange(_ one: Int, _ other: Int) {
        entries.swapAt(one, other)
        places[entries[one].key] = one
        places[entries[other].key] = other
    }
}
