import Foundation

/// Times of RFC 3339 in UTC, in whole seconds: `2026-11-23T08:00:00Z`.
enum Timestamp {
    static func text(_ date: Date) -> String {
        // Within the years that have four digits.
        let seconds = min(max(date.timeIntervalSince1970.rounded(.down), -62_135_596_800), 253_402_300_799)
        return Date(timeIntervalSince1970: seconds).formatted(.iso8601)
    }
}
