package import Foundation

/// When what failed is tried again: at doubling distances up to a longest one, a little apart from each other.
package struct RetrySchedule: Hashable, Sendable {
    /// Seconds after the first failure.
    package var first: TimeInterval
    /// Seconds between attempts at most, before the spread.
    package var longest: TimeInterval
    /// By which part a distance is lengthened at most, so that many failed at once do not return at once.
    package var spread: Double

    package init(first: TimeInterval = 1, longest: TimeInterval = 300, spread: Double = 0.25) {
        self.first = first
        self.longest = longest
        self.spread = spread
    }

    /// Seconds to wait after this many failures in a row; `nil` where another attempt is no use.
    ///
    /// A time the other side asked for is kept, from a second up to a day.
    /// - Parameter jitter: a random number from 0 up to, but not including, 1.
    package func delay(afterFailures failures: Int, advice: RetryAdvice, jitter: Double) -> TimeInterval? {
        switch advice {
        case .never: nil
        case .after(let seconds): min(max(seconds, Self.shortestAsked), Self.longestAsked)
        case .later: distance(afterFailures: failures) * (1 + spread * jitter)
        }
    }

    private func distance(afterFailures failures: Int) -> TimeInterval {
        // Doubled no further than where any sensible first distance has long become the longest.
        let doublings = max(0, min(failures - 1, 30))
        return min(longest, first * Double(1 << doublings))
    }

    private static let shortestAsked: TimeInterval = 1
    private static let longestAsked: TimeInterval = 86_400
}
