package import Foundation

/// Growing distances between attempts, spread so that many that failed together do not come back together.
package struct Backoff: Sendable {
    /// Seconds before the second attempt, before jitter.
    package var first: TimeInterval
    /// The longest distance in seconds, before jitter.
    package var longest: TimeInterval

    package init(first: TimeInterval, longest: TimeInterval) {
        self.first = first
        self.longest = longest
    }

    /// Seconds to wait after the given number of failures in a row.
    ///
    /// - Parameter spread: a number from 0 up to 1 that places the distance between half of it and the whole.
    package func distance(afterFailures failures: Int, spread: Double) -> TimeInterval {
        let doublings = Double(min(max(failures, 1) - 1, 40))
        let whole = min(longest, first * pow(2, doublings))
        return whole * (0.5 + 0.5 * spread)
    }
}
