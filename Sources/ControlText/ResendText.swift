import Availability
package import ControlAPI
import Foundation

/// What `hooks --resend` brought about, for a person.
package struct ResendText: TerminalText {
    package let lines: [String]

    package init(_ reply: ResendReply) {
        lines =
            reply.hooks.isEmpty
            ? ["There is no hook: no telephone system is told."]
            : reply.hooks.flatMap { Paragraph(Self.sentence($0), indent: 2).lines }
    }

    private static func sentence(_ hook: ResendReply.Hook) -> String {
        guard hook.users > 0 else {
            return "\(hook.name) is told of nobody once more: whoever shows something waits to be told already."
        }
        let duration = (Double(hook.users) / Double(max(1, hook.perSecond))).rounded(.up)
        let users = "\(Count.text(hook.users, "user")) show\(hook.users == 1 ? "s" : "")"
        return "\(hook.name) is told once more what \(users), "
            + "\(hook.perSecond) a second: in \(AgeText.text(duration)) all is sent."
    }
}
