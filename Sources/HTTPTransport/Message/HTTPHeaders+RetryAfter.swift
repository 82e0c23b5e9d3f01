package import Foundation

extension HTTPHeaders {
    /// The seconds that a server wants to be left alone (RFC 9110, 10.2.3), up to a day, whether it says so in seconds or
    /// by a date; 0 where the date is past, `nil` where it does not say.
    package func retryAfter(at now: Date) -> Double? {
        guard let text = self["Retry-After"] else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
            return Double(text).flatMap { $0 <= Self.longestRest ? $0 : nil }
        }
        guard let rest = HTTPDate.time(text)?.timeIntervalSince(now), rest <= Self.longestRest else { return nil }
        return max(0, rest)
    }

    private static let longestRest: Double = 86_400
}
