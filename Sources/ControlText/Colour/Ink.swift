/// A colour that a word of the API has in a terminal.
package enum Ink: String, CaseIterable, Sendable {
    case green
    case yellow
    case red
    /// Something must be done about it.
    case alarm
    /// Nothing is known, or nothing is meant to be.
    case faint

    /// Of a presence, a state or what came of a step; `nil` for a word that has no colour.
    package init?(_ word: String) {
        switch word {
        case "available", "online", "passed": self = .green
        case "away", "starting", "connecting", "degraded", "warned": self = .yellow
        case "meeting": self = .red
        case "offline", "refused", "failing", "paused", "failed": self = .alarm
        case "unknown", "disabled", "skipped": self = .faint
        default: return nil
        }
    }

    /// `text` between the sequences that switch the colour on and all colour off (ECMA-48, 8.3.117).
    func painted(_ text: String) -> String { "\u{1B}[\(rendition)m\(text)\u{1B}[0m" }

    private var rendition: String {
        switch self {
        case .green: "32"
        case .yellow: "33"
        case .red: "31"
        case .alarm: "1;31"
        case .faint: "2"
        }
    }
}
