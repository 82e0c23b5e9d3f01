package import Foundation

/// A moment written as RFC 3339, such as `2026-11-23T08:00:00Z`, for literals in tests.
package func time(_ text: String) -> Date {
    guard let date = try? Date(text, strategy: .iso8601) else { preconditionFailure("no RFC 3339 time: \(text)") }
    return date
}
