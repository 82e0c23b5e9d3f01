package import Foundation

/// The table `[scan]`: the reading of all calendars at a steady rhythm.
package struct ScanOptions: Hashable, Sendable {
    /// How many days of every calendar are known at least; 1 to 40.
    package var lookaheadDays = 7
    /// From one scan to the next, in seconds; one hour to 30 days.
    package var interval: TimeInterval = 7 * 86_400

    package init() {}
}
