import ArgumentParser
import ControlAPI
import ControlClient
import Foundation

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One user: presence, why, appointments of the coming 7 days, automatic reply."
    )

    @Argument(help: "E-mail address or extension.")
    var user: String

    @Option(
        help: ArgumentHelp(
            "Show the presence at this time, from stored data; like 2026-11-23T09:00:00Z.",
            valueName: "time"
        )
    )
    var at: String?

    @OptionGroup var connection: Connection

    func run() async throws {
        try await connection.ask { client throws(ControlError) in
            let path =
                at.map { ControlPath("v1", "users", user, query: ["at": $0]) } ?? ControlPath("v1", "users", user)
            let detail = try await client.get(path, as: UserDetail.self)
            let time = at.flatMap { try? Date($0, strategy: .iso8601) } ?? Date()
            connection.show(detail, lines: UserDetailText(detail, at: time).lines)
        }
    }
}
