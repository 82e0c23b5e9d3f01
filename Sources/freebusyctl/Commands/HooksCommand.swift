import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

struct Hooks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The deliveries of each hook: waiting, delivered, failed, and what was seen last.",
        usage: "freebusyctl hooks [--resend [<name>]]",
        discussion: """
            With --resend the hooks are told once more what everybody shows, all of them or the one of that name, so many \
            users a second as the configuration says. One that its receiver has disabled is told again from then on, and \
            one whose receiver is out of reach tries it at once.
            """
    )

    @Flag(help: "Tell once more what everybody shows.")
    var resend = false

    @Argument(help: "With --resend: the hook of this name; none means all.", completion: .custom(Candidates.hooks))
    var name: String?

    @OptionGroup var connection: Connection

    func validate() throws {
        guard name == nil || resend else {
            throw ValidationError("The name of a hook goes with --resend.")
        }
    }

    func run() async throws {
        try await connection.ask { client throws(ControlError) in
            if resend {
                let path = name.map { ControlPath("v1", "hooks", $0, "resend") } ?? ControlPath("v1", "hooks", "resend")
                let reply: ResendReply = try await client.post(path)
                connection.show(reply, ResendText(reply))
            } else {
                let hooks = try await client.get(ControlPath("v1", "hooks"), as: [HookReport].self)
                let width = Terminal.width
                connection.show(hooks, HookListText(hooks, now: Date(), zone: .current, width: width))
            }
        }
    }
}
