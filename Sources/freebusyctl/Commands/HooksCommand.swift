import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

struct Hooks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The deliveries of each hook: waiting, delivered, failed, and what was seen last."
    )

    @OptionGroup var connection: Connection

    func run() async throws {
        try await connection.ask { client throws(ControlError) in
            let hooks = try await client.get(ControlPath("v1", "hooks"), as: [HookReport].self)
            let width = Terminal.width
            connection.show(hooks, HookListText(hooks, now: Date(), zone: .current, width: width))
        }
    }
}
