import Foundation

/// When a server that was found is looked for anew, once a request says that it may be elsewhere: at once the first time,
/// then at growing distances, since it is seldom elsewhere and often just down.
struct SearchRhythm: Hashable, Sendable {
    /// In seconds; doubles with every search that tells nothing new.
    static let distances = 60.0...3_600.0

    private var distance = distances.lowerBound
    private var lastSearch: Date?
    private var isDoubted = false

    /// A request failed in a way that says it may be elsewhere.
    mutating func doubt() { isDoubted = true }

    /// Whether the next request has to look for it first.
    func isDue(at now: Date) -> Bool {
        guard isDoubted, let lastSearch else { return isDoubted }
        // A clock that was set back must not put it off for ever.
        return now >= lastSearch + distance || now < lastSearch
    }

    /// A search has ended.
    ///
    /// - Parameter isNews: it was found, and not where it was thought to be.
    mutating func searched(at now: Date, isNews: Bool) {
        let wasLongAgo = lastSearch.map { now >= $0 + 2 * Self.distances.upperBound } ?? true
        let isFirst = lastSearch == nil
        distance =
            isNews || wasLongAgo || isFirst
            ? Self.distances.lowerBound : min(distance * 2, Self.distances.upperBound)
        lastSearch = now
        isDoubted = false
    }
}
