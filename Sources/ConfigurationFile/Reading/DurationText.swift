internal import Foundation

/// Lengths of time as the file writes them: whole numbers with a unit, largest first or not, such as `90s` or `7d 1h`.
enum DurationText {
    private static let units: [(letter: Character, seconds: Int)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]

    /// What a message gives as a model.
    static let model = "a duration such as \"90s\", \"15m\" or \"7d 1h\" (units s, m, h, d)"

    /// The word for what does not happen at all.
    static let never = "never"

    /// As `model`, where that word may stand too.
    static let modelOrNever = "\(model), or \"\(never)\""

    /// In seconds, within `range`; `nil` for the word `never`.
    static func secondsOrNever(
        _ text: String,
        in range: ClosedRange<TimeInterval>
    ) throws(Objection) -> TimeInterval? {
        text == never ? nil : try seconds(text, in: range, model: modelOrNever)
    }

    /// In seconds, within `range`.
    static func seconds(
        _ text: String,
        in range: ClosedRange<TimeInterval>,
        model: String = model
    ) throws(Objection) -> TimeInterval {
        guard let seconds = seconds(text) else { throw Objection("\"\(text)\" is not \(model)") }
        guard range.contains(seconds) else {
            let limits = "\(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
            throw Objection("\"\(text)\" is out of range, expected \(limits)")
        }
        return seconds
    }

    /// `nil` where `text` is no duration. Each number has at most nine digits, so that no sum can overflow.
    private static func seconds(_ text: String) -> TimeInterval? {
        guard text.utf8.count <= 64 else { return nil }
        let parts = text.split(separator: " ")
        guard !parts.isEmpty else { return nil }
        var sum = 0
        for part in parts {
            let digits = part.dropLast()
            guard let unit = units.first(where: { $0.letter == part.last }), (1...9).contains(digits.count),
                digits.allSatisfy({ ("0"..."9").contains($0) }), let count = Int(digits)
            else { return nil }
            sum += count * unit.seconds
        }
        return TimeInterval(sum)
    }

    /// As a file would write it; whole seconds.
    static func text(_ seconds: TimeInterval) -> String {
        var rest = Int(seconds)
        var parts: [String] = []
        for unit in units where rest >= unit.seconds {
            parts.append("\(rest / unit.seconds)\(unit.letter)")
            rest %= unit.seconds
        }
        return parts.isEmpty ? "0s" : parts.joined(separator: " ")
    }
}
