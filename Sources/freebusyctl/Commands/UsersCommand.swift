import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

struct Users: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One line a user: presence, until when, why, how fresh."
    )

    @OptionGroup var connection: Connection

    func run() async throws {
        try await connection.ask { client throws(ControlError) in
            let users = try await client.get(ControlPath("v1", "users"), as: [UserSummary].self)
            let width = Terminal.width
            connection.show(users, UserListText(users, now: Date(), zone: .current, width: width))
        }
    }
}
