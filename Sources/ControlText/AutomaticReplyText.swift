import Availability
import ControlAPI
import Foundation

/// The automatic reply of a user, as far as it says anything.
struct AutomaticReplyText {
    /// How many lines of a reply are shown.
    private static let longest = 5

    let lines: [String]

    init(_ reply: AutomaticReplyReport, clock: ClockText) {
        guard reply.state != "disabled" else {
            lines = []
            return
        }
        var span = ""
        if reply.state == "scheduled", let start = reply.start, let end = reply.end {
            span = " \(clock.text(start, to: end))"
        }
        lines =
            ["", "Automatic reply \(reply.state)\(span)"]
            + Self.lines("internal", reply.internalText) + Self.lines("external", reply.externalText)
    }

    private static func lines(_ audience: String, _ text: String) -> [String] {
        let heading = "  \(audience): "
        let paragraphs = text.split(whereSeparator: \.isNewline).filter { $0.contains { !$0.isWhitespace } }
        let lines = paragraphs.enumerated().flatMap { index, paragraph in
            let start = index == 0 ? heading : String(repeating: " ", count: heading.count)
            return Paragraph(String(paragraph), first: start, indent: heading.count).lines
        }
        guard lines.count > longest else { return lines }
        return lines.prefix(longest) + [String(repeating: " ", count: heading.count) + "…"]
    }
}
