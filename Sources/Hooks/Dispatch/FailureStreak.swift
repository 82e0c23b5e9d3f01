/// Failures in a row, and which of them are worth a line in the log: the first, the second, the fourth, the eighth, …
struct FailureStreak: Hashable, Sendable {
    private(set) var count = 0

    /// Counts a failure.
    /// - Returns: whether to tell of it.
    mutating func failed() -> Bool {
        count += 1
        return count & (count - 1) == 0
    }

    /// Ends the streak.
    /// - Returns: how long it was; `nil` where there was none, and so nothing to tell.
    mutating func succeeded() -> Int? {
        defer { count = 0 }
        return count > 0 ? count : nil
    }
}
