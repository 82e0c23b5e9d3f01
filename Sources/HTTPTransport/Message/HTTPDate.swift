package import Foundation

/// Reads the time in a `Date` field as servers have to write it (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. The
/// two older forms are taken for no time.
package enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Every answer passes here, so no formatter is asked.
    package static func time(_ text: String) -> Date? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT",
            let day = number(words[1], digits: 2), 1...31 ~= day,
            let month = months.firstIndex(of: String(words[2])), let year = number(words[3], digits: 4)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { number($0, digits: 2) }
        // A leap second is the second before it.
        guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] <= 60 else { return nil }
        let seconds = clock[0] * 3_600 + clock[1] * 60 + min(clock[2], 59)
        return Date(timeIntervalSince1970: Double(days(year, month + 1, day) * 86_400 + seconds))
    }

    /// Days from 1970-01-01 in the Gregorian calendar. Years are counted from March, so that a leap day is the last of one.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let monthsSinceMarch = (month + 9) % 12
        let daysInYear = (153 * monthsSinceMarch + 2) / 5 + day - 1
        return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + daysInYear - 719_468
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        text.utf8.count == digits && text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
    }
}
