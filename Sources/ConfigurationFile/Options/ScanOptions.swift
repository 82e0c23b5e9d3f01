package import Foundation

/// The table `[scan]`: the reading of all calendars at a steady rhythm.
package struct ScanOptions: Hashable, Sendable {
    /// How many days of every calendar are known at least; 1 to 40.
    package var lookaheadDays = 7
    /// From one scan to the next, in seconds; one hour to 30 days.
    package var interval: TimeInterval = 7 * 86_400
    /// The seconds within which every calendar is read once more, to find what no notification told of; one minute to
    /// 7 days. `nil` where that never happens.
    package var reconcile: TimeInterval? = 86_400

    package init() {}

    /// The age in seconds that no calendar reaches as long as all goes well: that at which it is read again, and an
    /// hour for that to be done.
    package var expectedAge: TimeInterval { (reconcile ?? interval) + 3_600 }
}
